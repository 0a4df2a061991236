"""MetaGraphs of ours, imported by real TensorFlow.

    tfpython meta_graphs.py FOLDER      runs the tasks of FOLDER/tasks.json

A task: `imports` [{meta, scope?, unbound? {name: value}}] into one graph; `checkpoint`, restored by the last import's saver, else the
initialisers run; `feeds` {name: value}, `fetches`; `save`: a prefix under which all variables are saved, with a .meta.
Prints one JSON object: what is in the graph, and the fetched values.
"""
import json
import os
import sys
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
tf1.disable_eager_execution()


def text(item):
    return item.decode("utf-8") if isinstance(item, bytes) else getattr(item, "name", item)


def run(task):
    with tf.Graph().as_default() as graph, tf1.Session() as session:
        for step in task["imports"]:
            unbound = {key: tf.constant(np.float32(value)) for key, value in step.get("unbound", {}).items()}
            saver = tf1.train.import_meta_graph(step["meta"], import_scope=step.get("scope"), **({"input_map": unbound} if unbound else {}))
        if task.get("checkpoint"):
            saver.restore(session, task["checkpoint"])
        else:
            session.run([tf1.global_variables_initializer(), tf1.local_variables_initializer()])
        feeds = {key: np.array(value, graph.get_tensor_by_name(key).dtype.as_numpy_dtype) for key, value in task.get("feeds", {}).items()}
        values = session.run(task.get("fetches", []), feeds)
        if task.get("save"):
            tf1.train.Saver().save(session, task["save"])
        return {
            "operations": [op.name for op in graph.get_operations()],
            "devices": sorted({op.device for op in graph.get_operations()}),
            "saver": saver is not None,
            "collections": {key: [text(item) for item in graph.get_collection(key)] for key in graph.get_all_collection_keys()},
            "shapes": {op.name: op.outputs[0].shape.as_list() for op in graph.get_operations() if op.type == "Placeholder" and op.outputs[0].shape.rank is not None},
            "values": [np.asarray(value).ravel().tolist() for value in values],
        }


os.chdir(sys.argv[1])
with open("tasks.json", encoding="utf-8") as file:
    print(json.dumps({name: run(task) for name, task in json.load(file).items()}, default=str))
