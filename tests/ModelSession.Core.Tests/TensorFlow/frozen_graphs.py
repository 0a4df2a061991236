"""Graphs to be frozen, and what frozen graphs give, in real TensorFlow.

    tfpython frozen_graphs.py make FOLDER      writes NAME.pb, NAME.ckpt.* and NAME.npz (feeds and fetches), lists them with their outputs
    tfpython frozen_graphs.py run FILE...      runs frozen graphs: each FILE is FROZEN.pb=RUN.npz=FEEDS=FETCHES, names joined by commas

Prints one JSON object.
"""
import json
import os
import sys
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
tf1.disable_eager_execution()
X = np.float32([[1, 2, 3], [-1, 0.5, 0.25]])


def variable(name, value):
    return tf1.get_variable(name, initializer=np.array(value), use_resource=True)


def call():
    w, b = variable("w", np.float32([[1, 2], [3, 4], [5, 6]])), variable("b", np.float32([.5, -.5]))
    inner = tf.function(lambda v: tf.matmul(v, w))
    outer = tf.function(lambda v: tf.nn.relu(inner(v) + b))
    return outer(tf1.placeholder(tf.float32, [None, 3], "x"))


def assigns_in_call():
    n = variable("n", np.float32(2))

    @tf.function
    def count(v, by):
        n.assign_add(1.0)
        n.assign_sub(by)
        return v * 3.0
    return count(tf1.placeholder(tf.float32, [None, 3], "x"), tf.constant(2.0))


def cond():
    w, b = variable("w", np.float32([1, 2, 3])), variable("b", np.float32(7))
    x = tf1.placeholder(tf.float32, [None, 3], "x")
    return tf.cond(tf.reduce_sum(x) > 0, lambda: x * w + b, lambda: x - b)


def case():
    w, b = variable("w", np.float32([1, 2, 3])), variable("b", np.float32(7))
    x = tf1.placeholder(tf.float32, [None, 3], "x")
    return tf.switch_case(tf.cast(tf.reduce_sum(x), tf.int32) % 3, [lambda: x * w, lambda: x + b, lambda: x - w])


def loop():
    w, t = variable("w", np.float32([1, 2, 3])), variable("t", np.arange(6, dtype=np.float32).reshape(3, 2))
    x = tf1.placeholder(tf.float32, [None, 3], "x")
    y = tf.while_loop(lambda i, a: i < 3, lambda i, a: [i + 1, a * w + tf.reduce_sum(tf.gather(t, [i, 0]))], [0, x])[1]
    return tf.while_loop(lambda i, a: tf.reduce_sum(a) < tf.reduce_sum(w) * 100, lambda i, a: [i + 1, a + tf.cond(i > 1, lambda: w, lambda: -w)], [0, tf.abs(y)])[1]


def gathers():
    t = variable("t", np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    x = tf1.placeholder(tf.float32, [None, 3], "x")
    rows = tf.raw_ops.ResourceGather(resource=t.handle, indices=[[0, 2], [1, 1]], dtype=tf.float32, batch_dims=1)
    cell = tf.raw_ops.ResourceGatherNd(resource=t.handle, indices=[[1, 2], [0, 0]], dtype=tf.float32)
    shape = tf.cast(tf.raw_ops.VariableShape(input=t.handle), tf.float32)
    ready = tf.cast(tf.raw_ops.VarIsInitializedOp(resource=t.handle), tf.float32)
    return tf.reduce_sum(rows) * x + tf.reduce_sum(cell) + tf.reduce_sum(shape) + ready


def old_loop():
    """Gather in a loop of the first kind: the axis must be in the loop's frame."""
    tf1.disable_control_flow_v2()
    t = variable("t", np.arange(6, dtype=np.float32).reshape(3, 2))
    x = tf1.placeholder(tf.float32, [None, 3], "x")
    y = tf1.while_loop(lambda i, a: i < 3, lambda i, a: [i + 1, a + tf.reduce_sum(tf.raw_ops.ResourceGather(resource=t.handle, indices=[i], dtype=tf.float32))], [0, x])[1]
    tf1.enable_control_flow_v2()
    return y


def partitioned():
    w = tf1.get_variable("w", shape=[3, 4], initializer=tf1.random_uniform_initializer(seed=1), partitioner=tf1.fixed_size_partitioner(2), use_resource=False)
    return tf.matmul(tf1.placeholder(tf.float32, [None, 3], "x"), w)


def make(folder):
    tf1.enable_control_flow_v2()
    made = []
    for build in [call, assigns_in_call, case, cond, gathers, loop, old_loop, partitioned]:
        with tf.Graph().as_default() as graph, tf1.Session() as session:
            y = tf.identity(build(), "y")
            session.run(tf1.global_variables_initializer())
            stem = os.path.join(folder, build.__name__)
            tf1.train.Saver().save(session, stem + ".ckpt", write_state=False)
            with open(stem + ".pb", "wb") as file:
                file.write(graph.as_graph_def().SerializeToString())
            np.savez(stem + ".npz", feed0=X, fetch0=session.run(y, {"x:0": X}))
            made.append(build.__name__)
    return {"made": made}


def run(cases):
    results = {}
    for text in cases:
        path, arrays, feeds, fetches = text.split("=")
        arrays, feeds, fetches = np.load(arrays), feeds.split(","), fetches.split(",")
        definition = tf1.GraphDef.FromString(open(path, "rb").read())
        with tf.Graph().as_default() as graph, tf1.Session() as session:
            tf1.import_graph_def(definition, name="")
            found = session.run(fetches, {name: arrays["feed%d" % i] for i, name in enumerate(feeds)})
            ops = {node.op for node in definition.node} | {node.op for function in definition.library.function for node in function.node_def}
            results[os.path.basename(path)] = {
                "near": bool(all(np.allclose(value, arrays["fetch%d" % i], 1e-6, 1e-6) for i, value in enumerate(found))),
                "variables": sorted(op for op in ops if op in ("VariableV2", "VarHandleOp", "ReadVariableOp")),
            }
    return results


print(json.dumps(make(sys.argv[2]) if sys.argv[1] == "make" else run(sys.argv[2:])))
