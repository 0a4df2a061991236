"""Graphs by which our builder is compared with TensorFlow's: python generate.py graphs.zip

One MetaGraph a case; TensorFlow 2.16, tf.compat.v1, names as tests/ModelSession.Conformance.Tests/Builder has them."""
import os
import sys
import warnings
import zipfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
warnings.filterwarnings("ignore")
v1.logging.set_verbosity(v1.logging.ERROR)
CASES = {}


def case(name, resource=False):
    def add(build):
        CASES[name] = (build, resource)
        return build
    return add


def x(*shape, dtype=tf.float32, name="x"):
    return v1.placeholder(dtype, list(shape), name=name)


# ------------------------------------------------------------------------ scopes

@case("scopes/nested")
def _():
    with v1.variable_scope("a") as a:
        v1.get_variable("w", [2])
        with v1.variable_scope("b", initializer=v1.ones_initializer()):
            v1.get_variable("w", [2])
            v1.get_variable("n", [2], tf.int32, initializer=v1.zeros_initializer(), trainable=False)
    with v1.variable_scope("a", reuse=True):
        tf.identity(v1.get_variable("w", [2]), name="again")
        with v1.variable_scope("b"):
            tf.identity(v1.get_variable("w", [2]), name="again")
    with v1.variable_scope("c"), v1.variable_scope(a, reuse=True):
        tf.identity(v1.get_variable("w", [2]), name="again")
    with v1.variable_scope("a", reuse=v1.AUTO_REUSE):
        tf.identity(v1.get_variable("v", [2]), name="v_read")


@case("scopes/default_names")
def _():
    for _ in range(2):
        with v1.variable_scope(None, "layer"):
            v1.get_variable("w", [1])
            for _ in range(2):
                with v1.variable_scope(None, "inner"):
                    v1.get_variable("w", [1])
    with v1.variable_scope("layer_3"):
        v1.get_variable("w", [1])


@case("scopes/partitioned")
def _():
    t = v1.get_variable("table", [5, 3], partitioner=v1.fixed_size_partitioner(2), initializer=v1.glorot_uniform_initializer(seed=3))
    tf.identity(tf.convert_to_tensor(t), name="whole")
    with v1.variable_scope("s", partitioner=v1.fixed_size_partitioner(9, axis=1)):
        u = v1.get_variable("u", [2, 3], use_resource=True, trainable=False)
        tf.matmul(tf.convert_to_tensor(u), tf.convert_to_tensor(t), transpose_b=True)


@case("scopes/initializers", resource=True)
def _():
    v = v1.get_variable
    i = v1.initializers
    v("glorot_uniform", [3, 4])
    v("glorot_normal", [3, 4], initializer=v1.glorot_normal_initializer(seed=1))
    v("he_normal", [2, 2, 3, 4], initializer=i.he_normal(seed=2))
    v("he_uniform", [3, 4], initializer=i.he_uniform(seed=3))
    v("lecun_normal", [3], initializer=i.lecun_normal(seed=4))
    v("lecun_uniform", [3, 4], tf.float64, initializer=i.lecun_uniform(seed=5))
    v("scaled", [3, 4], initializer=v1.variance_scaling_initializer(0.5, "fan_out", "untruncated_normal", seed=6))
    v("orthogonal", [3, 4], initializer=v1.orthogonal_initializer(seed=7))
    v("orthogonal2", [2, 2, 3], initializer=v1.orthogonal_initializer(2.0, seed=8))
    v("identity", [3, 3], initializer=i.identity())
    v("identity2", [3, 4], initializer=i.identity(2.0))
    v("uniform", [3], initializer=v1.random_uniform_initializer(-1, 1))
    v("normal", [3], initializer=v1.random_normal_initializer(1, 2))
    v("truncated", [3], initializer=v1.truncated_normal_initializer(stddev=2))
    v("constant", [3], initializer=v1.constant_initializer(0.5))
    v("counts", [3], tf.int64)
    v("flags", [], tf.bool)


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
        for name, (build, resource) in sorted(CASES.items()):
            (v1.enable_resource_variables if resource else v1.disable_resource_variables)()
            with tf.Graph().as_default() as graph:
                v1.set_random_seed(1)
                build()
                meta = v1.train.export_meta_graph(graph=graph)
                del meta.meta_info_def.stripped_op_list.op[:]
                out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), meta.SerializeToString(deterministic=True), zipfile.ZIP_DEFLATED)
