"""What the ready-made models of ReadyMadeTrajectoryTests must give, built and trained by TensorFlow 2.16: tfpython make_ready_made.py ready_made.json"""
import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import warnings  # noqa: E402

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
v1.disable_v2_behavior()
v1.logging.set_verbosity(v1.logging.ERROR)
warnings.filterwarnings("ignore")


def waves(shape, scale, phase):
    return (scale * np.sin(np.arange(1, int(np.prod(shape)) + 1) + phase)).reshape(shape).astype(np.float32)


def dense(h, units, name, activation=None, penalty=None):
    return v1.layers.dense(h, units, activation, name=name, kernel_regularizer=penalty)


def classify(logits, y):
    hits = tf.equal(tf.argmax(y, 1), tf.argmax(logits, 1))
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits)), tf.reduce_mean(tf.cast(hits, tf.float32)), tf.nn.softmax(logits)


def softmax(x, y):
    return classify(dense(x, 3, "softmax", penalty=lambda w: 0.01 * tf.nn.l2_loss(w)), y)


def perceptron(x, y):
    penalty = lambda w: 0.001 * tf.reduce_sum(tf.abs(w))  # noqa: E731
    h = dense(dense(x, 5, "hidden1", tf.tanh, penalty), 4, "hidden2", tf.tanh, penalty)
    return classify(dense(h, 3, "output", None, penalty), y)


def conv(x, y):
    h = tf.reshape(x, [-1, 6, 5, 2])
    for i, filters in enumerate([3, 4]):
        h = v1.layers.conv2d(h, filters, 3, padding="same", activation=tf.nn.relu, name=f"conv{i + 1}")
        h = v1.layers.max_pooling2d(h, 2, 2)
    return classify(dense(dense(v1.layers.flatten(h), 5, "dense1", tf.nn.relu), 3, "output"), y)


def autoencoder(x, y):
    h = dense(dense(x, 5, "encoder1", tf.nn.sigmoid), 2, "encoder2", tf.nn.sigmoid)
    logits = dense(dense(h, 5, "decoder2", tf.nn.sigmoid), 6, "decoder1")
    loss = tf.reduce_mean(tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits), 1))
    return loss, tf.reduce_mean(tf.square(tf.sigmoid(logits) - x)), tf.sigmoid(logits)


def linear(x, y):
    prediction = dense(x, 2, "linear")
    return tf.reduce_mean(tf.square(prediction - y)), tf.reduce_mean(tf.abs(prediction - y)), prediction


CASES = {
    "SoftmaxRegression": (softmax, 6, lambda: v1.train.GradientDescentOptimizer(0.5)),
    "MultilayerPerceptron": (perceptron, 6, lambda: v1.train.MomentumOptimizer(0.1, 0.9)),
    "ConvNet": (conv, 60, lambda: v1.train.AdamOptimizer(0.01)),
    "Autoencoder": (autoencoder, 6, lambda: v1.train.RMSPropOptimizer(0.01)),
    "LinearRegression": (linear, 6, lambda: v1.train.AdagradOptimizer(0.1)),
}


def train(build, inputs, optimizer):
    with tf.Graph().as_default():
        x, y = v1.placeholder(tf.float32, [None, inputs]), v1.placeholder(tf.float32)
        y.set_shape([None, 2 if build is linear else 3])
        loss, metric, predictions = build(x, y)
        total = tf.add_n([loss] + v1.losses.get_regularization_losses())
        step = optimizer().minimize(total)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for i, variable in enumerate(v1.trainable_variables()):
                variable.load(waves(variable.shape, 0.5, i), session)

            def feed(i):
                labels = waves([4, 2], 1, i) if build is linear else np.eye(3)[np.arange(i, i + 4) % 3]
                return {x: 0.5 + waves([4, inputs], 0.5, 3 * i), y: labels}

            found = [session.run([total, metric, step], feed(i))[:2] for i in range(12)]
            return dict(
                losses=[float(pair[0]) for pair in found],
                metrics=[float(pair[1]) for pair in found],
                predictions=session.run(predictions, feed(0)).astype(np.float64).ravel().tolist(),
                values={variable.op.name: session.run(variable).astype(np.float64).ravel().tolist() for variable in v1.trainable_variables()})


with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({name: train(*case) for name, case in CASES.items()}, file, indent=0)
    file.write("\n")
