"""Train graphs as TensorFlow 2.16's compat.v1 builds them: expected nodes for OptimizerTests.

    python make_graphs.py FOLDER
"""
import os
import sys

import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()


def model(resource, optimizer):
    """One hidden layer whose output is used twice (so that gradients are added), and a penalty."""
    v1.set_random_seed(7)
    x = v1.placeholder(tf.float32, [None, 4], name="x")
    y = v1.placeholder(tf.float32, [None, 3], name="y")
    step = v1.Variable(0, trainable=False, name="step", dtype=tf.int64, use_resource=resource)
    with v1.variable_scope("hidden"):
        w = v1.get_variable("w", [4, 3], initializer=v1.truncated_normal_initializer(stddev=0.5), use_resource=resource)
        b = v1.get_variable("b", [3], initializer=v1.zeros_initializer(), use_resource=resource)
    h = tf.sigmoid(tf.matmul(x, w) + b)
    difference = h * 2.0 - y / (h + 0.5)
    loss = tf.add(tf.reduce_mean(tf.square(difference)), 0.01 * tf.nn.l2_loss(w), name="loss")
    optimizer().minimize(loss, global_step=step, name="train")
    v1.global_variables_initializer()


TRAIN = v1.train
OPTIMIZERS = dict(
    adam=lambda: TRAIN.AdamOptimizer(0.01),
    descent=lambda: TRAIN.GradientDescentOptimizer(0.1),
    momentum=lambda: TRAIN.MomentumOptimizer(0.1, 0.9),
    nesterov=lambda: TRAIN.MomentumOptimizer(0.1, 0.9, use_nesterov=True))

for name, optimizer in OPTIMIZERS.items():
    for resource in (False, True):
        with tf.Graph().as_default() as graph:
            model(resource, optimizer)
            with open(os.path.join(sys.argv[1], "%s_%s.pb" % (name, "resource" if resource else "ref")), "wb") as file:
                file.write(graph.as_graph_def().SerializeToString(deterministic=True))
