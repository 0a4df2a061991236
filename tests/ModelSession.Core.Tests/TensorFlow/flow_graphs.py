"""Imports graphs with branches and loops that we export, differentiates through them, and prints the values.
Usage: tfpython flow_graphs.py FOLDER"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_control_flow_v2()
results = {}
for file in sorted(os.listdir(sys.argv[1])):
    with tf.Graph().as_default() as graph:
        v1.train.import_meta_graph(os.path.join(sys.argv[1], file), clear_devices=True)
        out, x = graph.get_tensor_by_name("out:0"), graph.get_tensor_by_name("x:0")
        gradient = None if file.startswith(("cond_operations", "while_one", "while_ordered")) else tf.gradients(out, x)[0]
        entries = []
        for p in (True, False):
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                feed = {"x:0": [0.5, -1.5], "p:0": p}
                entries.append(dict(out=np.ravel(session.run(out, feed)).tolist(),
                                    gradient=np.ravel(session.run(gradient, feed)).tolist() if gradient is not None else None))
        results[file[:-5]] = entries
print(json.dumps(results))
