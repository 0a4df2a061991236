"""Continues the trainings of OptimizerCheckpointTests from our checkpoints: the third and the fourth step of make_training_graphs.py."""
import glob
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

v1 = tf.compat.v1
v1.disable_v2_behavior()


def waves(shape, scale=0.5):
    count = int(np.prod(shape))
    return (scale * np.sin(np.arange(1, count + 1))).reshape(shape)


def go_on(prefix):
    with tf.Graph().as_default() as graph:
        saver = v1.train.import_meta_graph(prefix + ".meta")
        x, y = graph.get_tensor_by_name("x:0"), graph.get_tensor_by_name("y:0")
        with v1.Session() as session:
            saver.restore(session, prefix)
            for i in (2, 3):
                session.run(v1.get_collection("train_op")[-1],
                            {x: waves([4, 4], 1 + i).astype(x.dtype.as_numpy_dtype), "ids:0": [1, 3, 1, i % 2], y: waves([4, 3], 0.3).astype(y.dtype.as_numpy_dtype)})
            return {variable.op.name: session.run(variable).astype(np.float64).ravel().tolist() for variable in v1.global_variables()}


folder, *names = sys.argv[1:]
print(json.dumps({name: go_on(os.path.splitext(glob.glob(os.path.join(folder, name + "*.index"))[0])[0]) for name in names}))
