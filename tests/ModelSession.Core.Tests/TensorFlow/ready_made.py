"""Trains the models of ReadyMadeTrajectoryTests from our .meta and our checkpoint. Usage: tfpython ready_made.py FOLDER NAME..."""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
v1.disable_v2_behavior()


def go_on(folder, name):
    prefix = os.path.join(folder, name + "-0")
    with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
        feeds = [{name: np.array(value, np.float32) for name, value in feed.items()} for feed in json.load(file)]
    with tf.Graph().as_default():
        saver = v1.train.import_meta_graph(prefix + ".meta")
        with v1.Session() as session:
            saver.restore(session, prefix)
            losses = [session.run(["train/loss:0", "train/train_step"], feed)[0] for feed in feeds]
            values = {variable.op.name: session.run(variable).astype(np.float64).ravel().tolist() for variable in v1.trainable_variables()}
            return dict(losses=[float(loss) for loss in losses], values=values)


folder, *names = sys.argv[1:]
print(json.dumps({name: go_on(folder, name) for name in names}))
