"""Loads SavedModels of ours by all of TensorFlow's loaders and runs them.

    tfpython read_saved_model.py MODEL [cli]

The inputs are by the formula of SavedModelTests.cs. With 'cli' the command line is asked as well. Prints one JSON object.
"""
import json
import os
import subprocess
import sys
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
model, with_cli = sys.argv[1], sys.argv[2:] == ["cli"]
value = ((np.arange(3 * 784) * 7 % 256).astype(np.float32) / np.float32(255)).reshape(3, 784)
result = {}

with tf.Graph().as_default(), tf1.Session() as session:
    meta = tf1.saved_model.load(session, ["serve"], model)
    signature = meta.signature_def["serving_default"]
    (name, tensor), = signature.inputs.items()
    outputs = sorted(signature.outputs)
    found = session.run([signature.outputs[output].name for output in outputs], {tensor.name: value})
    result["v1"] = {output: array.ravel().tolist() for output, array in zip(outputs, found)}
    result["variables"] = sorted(variable.name for variable in tf1.global_variables())
    result["method"] = signature.method_name

loaded = tf.saved_model.load(model, tags=["serve"])
found = loaded.signatures["serving_default"](**{name: tf.constant(value)})
result["v2"] = {output: array.numpy().ravel().tolist() for output, array in sorted(found.items())}


def cli(*arguments):
    done = subprocess.run([sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", *arguments], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else done.stderr


if with_cli:
    file = os.path.join(os.path.dirname(model), "inputs.npy")
    np.save(file, value)
    result["show"] = cli("show", "--dir", model, "--all")
    result["run"] = cli("run", "--dir", model, "--tag_set", "serve", "--signature_def", "serving_default", "--inputs", name + "=" + file)
print(json.dumps(result))
