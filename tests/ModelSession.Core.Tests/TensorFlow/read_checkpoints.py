"""What TensorFlow reads from checkpoints: read_checkpoints.py PREFIX...; prints {prefix: {name: [dtype, shape, sha256]}}."""
import hashlib
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import tensorflow.compat.v1 as tf1


def restore(prefix, name, dtype):
    with tf.Graph().as_default(), tf1.Session() as session:
        return session.run(tf1.raw_ops.RestoreV2(prefix=prefix, tensor_names=[name], shape_and_slices=[""], dtypes=[tf.as_dtype(dtype)])[0])


def read(prefix):
    reader = tf.train.load_checkpoint(prefix)
    found = {}
    for name, dtype in reader.get_variable_to_dtype_map().items():
        try:
            value = reader.get_tensor(name)
        except Exception:  # its reader knows fewer types than its op
            value = restore(prefix, name, dtype)
        if dtype == tf.string:
            elements = np.asarray(value, dtype=object).ravel().tolist()
            data = b"".join(len(element).to_bytes(4, "little") + element for element in elements)
        else:
            data = np.ascontiguousarray(value).tobytes()
        found[name] = [tf.as_dtype(dtype).name, list(np.shape(value)), hashlib.sha256(data).hexdigest()]
    return found


print(json.dumps({prefix: read(prefix) for prefix in sys.argv[1:]}))
