"""Real TensorFlow's side of SaverTests: make a checkpoint with partitioned variables; restore, and save again, what our savers wrote."""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf1 = tf.compat.v1
tf1.disable_eager_execution()


def make(folder):
    with tf.Graph().as_default():
        with tf1.variable_scope("", partitioner=tf1.fixed_size_partitioner(3)):
            tf1.get_variable("emb", initializer=tf.constant(np.arange(14, dtype=np.float32).reshape(7, 2)), use_resource=False)
            tf1.get_variable("res", initializer=tf.constant(np.arange(8, dtype=np.float64).reshape(4, 2)), use_resource=True)
        with tf.device("/cpu:1"):
            tf1.get_variable("b", initializer=np.float32([1, 2]), use_resource=False)
        tf1.get_variable("r", initializer=np.int64(5), use_resource=True)
        saver = tf1.train.Saver()
        with tf1.Session(config=tf1.ConfigProto(allow_soft_placement=True)) as session:
            session.run(tf1.global_variables_initializer())
            saver.save(session, os.path.join(folder, "theirs.ckpt"))
    return {"made": True}


def values(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: np.asarray(reader.get_tensor(name)).ravel().tolist() for name in reader.get_variable_to_shape_map() if not name.startswith("_model_session")}


def read(*prefixes):
    """By prefix: the values that the graph's own saver restores, and those of a checkpoint that it saves then."""
    result = {}
    for prefix in prefixes:
        with tf.Graph().as_default():
            saver = tf1.train.import_meta_graph(prefix + ".meta", clear_devices=True)
            with tf1.Session() as session:
                saver.restore(session, prefix)
                restored = {v.op.name: np.asarray(session.run(v)).ravel().tolist() for v in tf1.global_variables() if session.run(tf1.is_variable_initialized(v))}
                again = saver.save(session, prefix + "-again", write_state=False)
        result[os.path.basename(prefix)] = {"restored": restored, "stored": values(prefix), "again": values(again)}
    return result


print(json.dumps({"make": make, "read": read}[sys.argv[1]](*sys.argv[2:])))
