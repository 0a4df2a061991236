"""Whether two SavedModels give the same by all their signatures, in both of TensorFlow's loaders.

    tfpython same_signatures.py MODEL OTHER

Prints one JSON object: by loader, the names of the outputs that differ.
"""
import json
import sys
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1


def example(spec):
    shape = [2 if size is None else size for size in spec.shape]
    return np.full(shape, b"a", object) if spec.dtype == tf.string else (np.random.RandomState(0).rand(*shape) * 3 * np.ones(shape)).astype(spec.dtype.as_numpy_dtype)


def by_v2(folder):
    found = {}
    for name, function in tf.saved_model.load(folder).signatures.items():
        inputs = {key: tf.constant(example(spec)) for key, spec in function.structured_input_signature[1].items()}
        found.update({name + "/" + key: value.numpy() for key, value in function(**inputs).items()})
    return found


def by_v1(folder):
    found = {}
    with tf.Graph().as_default(), tf1.Session() as session:
        for name, signature in tf1.saved_model.load(session, ["serve"], folder).signature_def.items():
            if name.startswith("__"):
                continue
            feeds = {info.name: example(session.graph.get_tensor_by_name(info.name)) for info in signature.inputs.values()}
            values = session.run({key: info.name for key, info in signature.outputs.items()}, feeds)
            found.update({name + "/" + key: value for key, value in values.items()})
    return found


result = {}
for loader in (by_v1, by_v2):
    model, other = loader(sys.argv[1]), loader(sys.argv[2])
    result[loader.__name__] = sorted(model.keys() ^ other.keys()) + [key for key in sorted(model) if key in other and not np.array_equal(model[key], other[key])]
print(json.dumps(result))
