"""Takes over a checkpoint of ours in real TensorFlow: same loss for the same batch, some steps more, saved.

    tfpython continue_training.py PREFIX OUTPUT_FOLDER STEPS

Prints one JSON object. The batch is made by the same formula as in TensorFlowTests.cs.
"""
import json
import os
import sys
import numpy as np
import tensorflow.compat.v1 as tf

prefix, output, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
tf.disable_eager_execution()
count = 50
x = (((np.arange(count * 784) * 7) % 256).astype(np.float32) / np.float32(255)).reshape(count, 784)
y = np.eye(10, dtype=np.float32)[np.arange(count) % 10]
batch = {"parameters/x:0": x, "parameters/y:0": y}

saver = tf.train.import_meta_graph(prefix + ".meta")
graph = tf.get_default_graph()
with tf.Session() as session:
    saver.restore(session, prefix)
    evaluate = lambda: float(session.run("train/loss:0", {**batch, "parameters/keep_probability:0": 1.0}))
    before, start = evaluate(), int(session.run("iteration:0"))
    train = tf.get_collection("train_op")[0]
    for _ in range(steps):
        session.run(train, {**batch, "parameters/keep_probability:0": 0.5, "parameters/learning_rate:0": 1e-3})
    iteration = int(session.run("iteration:0"))
    saved = saver.save(session, os.path.join(output, "model.ckpt"), global_step=iteration)
    print(json.dumps({
        "loss_before": before, "iteration_before": start, "loss_after": evaluate(), "iteration_after": iteration, "saved": saved,
        "latest": tf.train.latest_checkpoint(os.path.dirname(prefix)),
        "variables": [v.name for v in tf.global_variables()],
    }))
