"""Goes on with the trainings of FlowTrainingTests from our checkpoints, and saves what comes out. Usage: tfpython flow_training.py FOLDER NAME..."""
import glob
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_control_flow_v2()


def waves(shape, scale):
    return (scale * np.sin(np.arange(1, int(np.prod(shape)) + 1))).reshape(shape).astype(np.float32)


def feed(step):
    return {"x:0": waves([4, 3, 2], 1 if step % 2 else -1), "y:0": waves([4, 2], 0.3 + step)}


def go_on(folder, name):
    prefix = os.path.splitext(glob.glob(os.path.join(folder, name + "-*.index"))[0])[0]
    with tf.Graph().as_default():
        saver = v1.train.import_meta_graph(prefix + ".meta")
        with v1.Session() as session:
            saver.restore(session, prefix)
            losses = [session.run(["loss:0", v1.get_collection("train_op")[-1]], feed(step))[0] for step in range(3, 7)]
            saver.save(session, os.path.join(folder, name + "_tf", "model.ckpt"), global_step=7)
            values = {variable.op.name: session.run(variable).astype(np.float64).ravel().tolist() for variable in v1.global_variables()}
            return dict(losses=[float(loss) for loss in losses], values=values)


folder, *names = sys.argv[1:]
print(json.dumps({name: go_on(folder, name) for name in names}))
