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
v1.disable_control_flow_v2()
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


# ------------------------------------------------------------------------ layers

@case("layers/dense")
def _():
    a = x(None, 4)
    h = v1.layers.dense(a, 3, activation=tf.nn.relu, kernel_initializer=v1.glorot_uniform_initializer(seed=1))
    h = v1.layers.dense(h, 2, use_bias=False, name="head")
    v1.layers.dense(x(None, 5, 4, name="y"), 2)
    v1.layers.dense(x(None, 3, name="z"), 2, use_bias=False, name="head", reuse=True)
    with v1.variable_scope("s"):
        v1.layers.dense(h, 2)
        v1.layers.dense(h, 2)


@case("layers/dense_regularized")
def _():
    v1.layers.dense(x(None, 4), 3, kernel_regularizer=lambda w: 1e-3 * tf.reduce_sum(tf.square(w)))


@case("layers/options")
def _():
    def penalty(w):
        return 1e-3 * tf.reduce_sum(tf.square(w))
    ones, half = v1.ones_initializer(), v1.constant_initializer(0.5)
    image = x(None, 8, 8, 3, name="image")
    v1.layers.dense(x(None, 4), 3, bias_initializer=half, bias_regularizer=penalty)
    v1.layers.separable_conv2d(image, 4, 3, depthwise_initializer=half, depthwise_regularizer=penalty, pointwise_initializer=ones)
    v1.layers.batch_normalization(x(None, 5, name="y"), training=True, epsilon=0.01, beta_initializer=half, gamma_initializer=half,
                                  beta_regularizer=penalty, gamma_regularizer=penalty)


@case("layers/conv", resource=True)
def _():
    a = x(None, 8, 8, 3)
    v1.layers.conv2d(a, 4, 3)
    v1.layers.conv2d(a, 4, (5, 3), strides=2, padding="same", activation=tf.nn.relu, name="c")
    v1.layers.conv1d(x(None, 8, 3, name="line"), 4, 3)
    v1.layers.conv3d(x(None, 4, 4, 4, 2, name="volume"), 4, 3, padding="same")


@case("layers/conv_transpose")
def _():
    a = x(None, 8, 8, 3)
    v1.layers.conv2d_transpose(a, 4, 3, strides=2, padding="same")
    v1.layers.conv2d_transpose(a, 4, 3, strides=(1, 2), padding="valid", use_bias=False, activation=tf.nn.tanh, name="up")


@case("layers/separable")
def _():
    v1.layers.separable_conv2d(x(None, 8, 8, 3), 4, 3, depth_multiplier=2, padding="same")


@case("layers/pool")
def _():
    a = x(None, 8, 8, 3)
    v1.layers.max_pooling2d(a, 2, 2)
    v1.layers.average_pooling2d(a, (3, 2), 1, padding="same", name="p")
    v1.layers.max_pooling1d(x(None, 8, 3, name="line"), 2, 2)
    v1.layers.average_pooling1d(x(None, 8, 3, name="line2"), 2, 2)
    v1.layers.max_pooling3d(x(None, 4, 4, 4, 2, name="volume"), 2, 2)
    v1.layers.average_pooling3d(x(None, 4, 4, 4, 2, name="volume2"), 2, 2, padding="same")


@case("layers/flatten")
def _():
    v1.layers.flatten(x(None, 2, 3))
    v1.layers.flatten(x(None, name="y"))
    v1.layers.flatten(x(None, None, 3, name="z"))


@case("layers/dropout")
def _():
    a = x(None, 4)
    v1.layers.dropout(a, 0.3)
    v1.layers.dropout(a, 0.3, training=True, seed=5)
    tf.nn.dropout(a, rate=x(name="rate"), seed=6)


@case("layers/dropout_fed")
def _():
    v1.layers.dropout(x(None, 4), 0.25, training=x(dtype=tf.bool, name="training"), seed=5)


@case("layers/batch_norm")
def _():
    v1.layers.batch_normalization(x(None, 4), training=True)
    v1.layers.batch_normalization(x(None, 5, name="y"), training=False, center=False)
    v1.layers.batch_normalization(x(None, 3, 3, 2, name="z"), fused=False, training=True, momentum=0.9, scale=False)


@case("layers/batch_norm_resource", resource=True)
def _():
    v1.layers.batch_normalization(x(None, 5), training=False)
    v1.layers.batch_normalization(x(None, 4, name="y"), training=True)


@case("layers/batch_norm_fused", resource=True)
def _():
    v1.layers.batch_normalization(x(None, 3, 3, 2), training=True)
    v1.layers.batch_normalization(x(None, 3, 3, 2, name="y"), training=False, scale=False)


@case("layers/batch_norm_fed", resource=True)
def _():
    v1.layers.batch_normalization(x(None, 3, 3, 2), training=x(dtype=tf.bool, name="training"), momentum=0.8)


@case("layers/batch_norm_fed_plain", resource=True)
def _():
    v1.layers.batch_normalization(x(None, 4), training=x(dtype=tf.bool, name="training"))


@case("layers/embedding")
def _():
    ids = x(None, 3, dtype=tf.int32, name="ids")
    t = v1.get_variable("t", [10, 4])
    tf.nn.embedding_lookup(t, ids)
    p = v1.get_variable("p", [10, 4], partitioner=v1.fixed_size_partitioner(3))
    v1.nn.embedding_lookup(p, ids, partition_strategy="div")
    v1.nn.embedding_lookup(p, ids, partition_strategy="mod", name="mod")
    r = v1.get_variable("r", [10, 4], use_resource=True)
    tf.nn.embedding_lookup(r, ids)


@case("layers/embedding_sparse")
def _():
    ids = tf.SparseTensor(x(None, 2, dtype=tf.int64, name="i"), x(None, dtype=tf.int64, name="v"), x(2, dtype=tf.int64, name="s0"))
    w = tf.SparseTensor(ids.indices, x(None, name="w"), ids.dense_shape)
    t = v1.get_variable("t", [10, 4])
    v1.nn.embedding_lookup_sparse(t, ids, None, combiner="mean")
    v1.nn.embedding_lookup_sparse(t, ids, None, combiner="sqrtn", name="s")
    v1.nn.embedding_lookup_sparse(t, ids, None, combiner="sum", name="u")
    v1.nn.embedding_lookup_sparse(t, ids, w, combiner="mean", name="weighted")
    v1.nn.embedding_lookup_sparse(t, ids, w, combiner="sum", name="weighted_sum")
    v1.nn.embedding_lookup_sparse(t, ids, w, combiner="sqrtn", name="weighted_root")


@case("layers/activations")
def _():
    a = x(None, 4)
    tf.nn.relu6(a), tf.nn.elu(a), tf.nn.selu(a), tf.nn.leaky_relu(a), tf.nn.leaky_relu(a, 0.1), tf.nn.softplus(a)
    tf.nn.softsign(a), tf.nn.gelu(a), tf.nn.gelu(a, approximate=True), tf.nn.crelu(a), tf.nn.log_softmax(a)
    v1.nn.lrn(x(None, 4, 4, 3, name="image"), 2, bias=1.0, alpha=0.1, beta=0.75)
    tf.nn.l2_normalize(a, 1)
    v1.nn.xw_plus_b(a, x(4, 2, name="w"), x(2, name="b"))
    tf.nn.moments(x(None, 4, 4, 3, name="m"), [0, 1, 2])
    tf.nn.batch_normalization(a, x(4, name="mean"), x(4, name="variance"), x(4, name="offset"), x(4, name="scale"), 1e-3)
    v1.nn.fused_batch_norm(x(None, 4, 4, 3, name="f"), x(3, name="g"), x(3, name="h"))[0]


@case("layers/depthwise")
def _():
    tf.nn.depthwise_conv2d(x(None, 8, 8, 3), x(3, 3, 3, 2, name="filter"), [1, 1, 1, 1], "SAME")


# ------------------------------------------------------------------------ losses

def pair(n=None, k=3):
    return x(n, k, name="labels"), x(n, k, name="predictions")


@case("losses/mean_squared_error")
def _():
    a, b = pair()
    v1.losses.mean_squared_error(a, b)
    v1.losses.mean_squared_error(a, b, weights=0.5, scope="half")
    v1.losses.mean_squared_error(a, b, reduction="none", loss_collection=None)
    v1.losses.mean_squared_error(a, b, reduction="weighted_sum")
    v1.losses.mean_squared_error(a, b, reduction="weighted_mean")
    v1.losses.mean_squared_error(a, b, reduction="weighted_sum_over_batch_size")
    v1.losses.get_total_loss()


@case("losses/weights")
def _():
    a, b = pair(4)
    v1.losses.absolute_difference(a, b, weights=x(4, 1, name="per_row"))
    v1.losses.absolute_difference(a, b, weights=x(4, 3, name="each"), reduction="weighted_mean")
    v1.losses.absolute_difference(a, b, weights=x(name="scalar"))
    v1.losses.absolute_difference(a, b, weights=0.0)


@case("losses/weights_of_any_shape")
def _():
    a, b = pair()
    v1.losses.absolute_difference(a, b, weights=v1.placeholder(tf.float32, None, name="any"))
    v1.losses.absolute_difference(a, b, weights=x(None, 1, name="column"))
    v1.losses.absolute_difference(a, b, weights=x(None, None, name="matrix"), reduction="weighted_mean")
    u = v1.placeholder(tf.float32, None, name="u")
    v1.losses.absolute_difference(u, u, weights=x(None, 3, name="each"))


@case("losses/compute_weighted_loss")
def _():
    v1.losses.compute_weighted_loss(x(None, 3))
    v1.losses.compute_weighted_loss(x(None, 3, name="y"), 0.5, loss_collection="mine", reduction="weighted_sum_by_nonzero_weights")
    tf.identity(v1.losses.get_losses(loss_collection="mine")[0], name="again")


@case("losses/simple")
def _():
    a, b = pair()
    v1.losses.hinge_loss(a, b)
    v1.losses.huber_loss(a, b, delta=2.0, weights=0.05)
    v1.losses.log_loss(a, b)
    v1.losses.cosine_distance(a, b, axis=1)


@case("losses/pairwise")
def _():
    a, b = pair()
    v1.losses.mean_pairwise_squared_error(a, b)


@case("losses/cross_entropy")
def _():
    a, b = pair()
    v1.losses.softmax_cross_entropy(a, b)
    v1.losses.softmax_cross_entropy(a, b, label_smoothing=0.1)
    v1.losses.sigmoid_cross_entropy(a, b)
    v1.losses.sigmoid_cross_entropy(a, b, label_smoothing=0.2, weights=2.0)
    v1.losses.sparse_softmax_cross_entropy(x(None, dtype=tf.int64, name="classes"), b)
    v1.losses.sparse_softmax_cross_entropy(x(None, 1, dtype=tf.int32, name="column"), b)
    v1.nn.sparse_softmax_cross_entropy_with_logits(labels=x(None, 5, dtype=tf.int32, name="seq"), logits=x(None, 5, 3, name="seq_logits"))
    v1.nn.softmax_cross_entropy_with_logits(labels=a, logits=b)
    v1.nn.softmax_cross_entropy_with_logits_v2(labels=a, logits=b)
    v1.nn.sigmoid_cross_entropy_with_logits(labels=a, logits=b)
    v1.nn.weighted_cross_entropy_with_logits(labels=a, logits=b, pos_weight=2.0)


# ------------------------------------------------------------------------ metrics

def classes():
    return x(4, dtype=tf.int64, name="labels"), x(4, dtype=tf.int64, name="predictions")


@case("metrics/mean")
def _():
    v1.metrics.mean(x(None))
    v1.metrics.mean(x(4, name="y"), name="average")
    v1.metrics.mean(x(4, name="z"), weights=x(4, name="w"))


@case("metrics/accuracy")
def _():
    a, b = classes()
    v1.metrics.accuracy(a, b)
    v1.metrics.accuracy(a, b, name="acc")


@case("metrics/errors")
def _():
    a, b = x(4, name="labels"), x(4, name="predictions")
    v1.metrics.mean_absolute_error(a, b)
    v1.metrics.mean_squared_error(a, b)
    v1.metrics.root_mean_squared_error(a, b)


@case("metrics/counts")
def _():
    a, b = classes()
    v1.metrics.true_positives(a, b)
    v1.metrics.false_positives(a, b)
    v1.metrics.true_negatives(a, b)
    v1.metrics.false_negatives(a, b)
    v1.metrics.precision(a, b)
    v1.metrics.recall(a, b)


def scores(n=4):
    return x(n, dtype=tf.bool, name="labels"), x(n, name="predictions")


@case("metrics/auc")
def _():
    a, b = scores()
    v1.metrics.auc(a, b, num_thresholds=5)
    v1.metrics.auc(a, b, curve="PR", summation_method="careful_interpolation", num_thresholds=5)
    v1.metrics.auc(a, b, curve="PR", summation_method="minoring", thresholds=[0.7, 0.2], name="minor")
    v1.metrics.auc(a, b, summation_method="majoring", num_thresholds=3, weights=x(4, name="w"))


@case("metrics/auc_open")
def _():
    a, b = scores(None)
    v1.metrics.auc(a, b, num_thresholds=4, weights=x(None, name="w"))
    v1.metrics.auc(a, b, num_thresholds=4, curve="PR")


@case("metrics/classes")
def _():
    a, b = classes()
    v1.metrics.mean_per_class_accuracy(a, b, 3)
    v1.metrics.mean_per_class_accuracy(a, b, 3, weights=x(4, name="w"), name="weighted")
    v1.metrics.mean_iou(a, b, 3)
    v1.metrics.mean_iou(x(2, 2, dtype=tf.int32, name="l"), x(2, 2, dtype=tf.int32, name="p"), 3, weights=x(2, 2, name="v"))


@case("metrics/classes_open")
def _():
    a, b = x(None, dtype=tf.int32, name="labels"), x(None, dtype=tf.int64, name="predictions")
    v1.metrics.mean_per_class_accuracy(a, b, 3)
    v1.metrics.mean_iou(a, b, 3)


@case("metrics/top_k")
def _():
    a, b = x(4, dtype=tf.int64, name="labels"), x(4, 5, name="predictions")
    v1.metrics.recall_at_k(a, b, 2)
    v1.metrics.precision_at_k(a, b, 2)
    v1.metrics.recall_at_k(x(4, 3, dtype=tf.int64, name="several"), b, 3, name="r")


# ------------------------------------------------------------------------ flow

@case("flow/case")
def _():
    a, b, c = [x(dtype=tf.bool, name=name) for name in "abc"]
    y = x(2, name="y")
    pairs = [(a, lambda: y + 1.0), (b, lambda: y * 2.0), (c, lambda: y - 3.0)]
    v1.case(pairs, default=lambda: y, exclusive=True)
    v1.case(pairs, exclusive=True, name="no_default")
    v1.case(pairs[:2], name="open")
    v1.case(pairs[:1], name="one")
    v1.case(pairs[:1], default=lambda: y, exclusive=True, name="only")


# ------------------------------------------------------------------------ plain ops

@case("plain/math")
def _():
    a, b = x(None, 4), x(None, 4, name="y")
    tf.reduce_min(a), tf.reduce_prod(a, 1), tf.reduce_prod(a, [0, 1], keepdims=True), tf.reduce_all(x(3, dtype=tf.bool, name="flags"), 0)
    tf.minimum(a, b), tf.minimum(a, 0.5), a - b, a % b, a % 2.0
    tf.math.conj(v1.placeholder(tf.complex64, [2], name="c")), tf.math.conj(a)
    tf.where(a > b, a, b)


@case("plain/array")
def _():
    a = x(None, 4)
    known = x(2, 3, name="known")
    tf.rank(a), tf.rank(known), tf.rank(v1.placeholder(tf.float32, None, name="any"))
    v1.ones_like(a), v1.ones_like(known), v1.ones_like(a, tf.int32)
    tf.tile(a, [2, 1]), tf.pad(a, [[0, 0], [1, 2]])
    tf.identity(a[1:3], name="rows")


@case("plain/sparse")
def _():
    v1.sparse_placeholder(tf.float32, name="s")


@case("plain/control")
def _():
    a = x()
    v = v1.get_variable("v", [], initializer=v1.zeros_initializer())
    with tf.control_dependencies([a.op]):
        tf.identity(a, name="after")
        with tf.control_dependencies(None):
            tf.identity(a, name="free")
        tf.identity(a, name="after_again")
    with v1.colocate_with(a.op):
        tf.identity(v, name="beside")
    v1.is_variable_initialized(v)


@case("plain/uninitialized")
def _():
    v1.get_variable("v", [], initializer=v1.zeros_initializer())
    v1.get_variable("r", [2], initializer=v1.zeros_initializer(), use_resource=True)
    v1.report_uninitialized_variables()


@case("plain/strings_and_images")
def _():
    words = v1.placeholder(tf.string, [None], name="words")
    tf.strings.to_number(words), tf.strings.to_number(words, tf.int64, name="whole")
    image = x(4, 4, 3, name="image")
    tf.image.adjust_brightness(image, 0.1)
    tf.image.adjust_contrast(image, 2.0)


# ------------------------------------------------------------------------ options of larger pieces

@case("options/names")
def _():
    g = v1.get_default_graph()
    with v1.name_scope("s"):
        names = [g.unique_name("a", mark_as_used=False), g.unique_name("a"), g.unique_name("A"), g.unique_name("a/b")]
        x(name="a")
    tf.constant(names + [g.unique_name("s"), g.unique_name("s/a")], name="names")


@case("options/norms")
def _():
    a, b = x(None, 4), x(3, name="y")
    v1.global_norm([a, None, b])
    v1.clip_by_global_norm([a, b], 2.0, use_norm=v1.global_norm([b], name="known"))


@case("options/confusion_matrix")
def _():
    a, b = classes()
    v1.confusion_matrix(a, b, num_classes=3)
    v1.confusion_matrix(a, b, num_classes=3, dtype=tf.float32, weights=x(4, name="w"), name="weighted")


@case("options/datasets")
def _():
    d = v1.data.Dataset.from_tensors((x(2, 3), x(None, dtype=tf.int64, name="y")))
    v1.data.make_initializable_iterator(d).get_next()


@case("options/locking")
def _():
    v = v1.get_variable("v", [2], initializer=v1.zeros_initializer())
    v1.train.GradientDescentOptimizer(0.1, use_locking=True).minimize(tf.reduce_sum(v * v))
    v1.train.AdamOptimizer(0.1, use_locking=True).minimize(tf.reduce_sum(v * v))


@case("options/resource_scope")
def _():
    with v1.variable_scope("s", use_resource=True):
        v1.get_variable("v", [2], initializer=v1.zeros_initializer())
        v1.get_variable("r", [2], initializer=v1.zeros_initializer(), use_resource=False)


@case("options/axis_size")
def _():
    f = v1.variable_axis_size_partitioner
    v1.get_variable("rows", [5, 3], partitioner=f(24), initializer=v1.ones_initializer())
    v1.get_variable("columns", [2, 7], partitioner=f(16, axis=1, max_shards=3), initializer=v1.ones_initializer(), dtype=tf.float64)
    v1.get_variable("large", [2, 3], partitioner=f(4), initializer=v1.ones_initializer())
    v1.get_variable("one", [2, 3], partitioner=f(1000), initializer=v1.ones_initializer())


@case("options/uniform_scaling", resource=True)
def _():
    v1.get_variable("v", [3, 4], initializer=v1.variance_scaling_initializer(2.0, "fan_out", "uniform", seed=4))
    v1.get_variable("t", [3, 4], initializer=v1.variance_scaling_initializer(2.0, "fan_avg", "truncated_normal", seed=5))


@case("options/sampled_losses")
def _():
    w, b = v1.get_variable("w", [9, 4], initializer=v1.ones_initializer()), v1.get_variable("b", [9], initializer=v1.zeros_initializer())
    labels, inputs = x(None, 2, dtype=tf.int64, name="labels"), x(None, 4, name="inputs")
    drawn = tf.random.uniform_candidate_sampler(labels, 2, 5, True, 9, seed=3)
    v1.nn.nce_loss(w, b, labels, inputs, 5, 9, num_true=2, sampled_values=drawn, remove_accidental_hits=True)
    v1.nn.sampled_softmax_loss(w, b, labels, inputs, 5, 9, num_true=2, sampled_values=drawn, remove_accidental_hits=False, name="soft")


@case("options/recurrent")
def _():
    from tensorflow.python.keras.layers.legacy_rnn import rnn_cell_impl as cells
    with v1.variable_scope("net", initializer=v1.constant_initializer(0.5)):
        a = x(None, 3, 4)
        c, h = x(None, 5, name="c"), x(None, 5, name="h")
        v1.nn.dynamic_rnn(cells.LSTMCell(5, forget_bias=0.25), a, initial_state=cells.LSTMStateTuple(c, h))


@case("options/arrays")
def _():
    a = v1.TensorArray(tf.float32, size=2, element_shape=[3])
    a = a.write(0, x(3)).write(1, x(3, name="y"))
    tf.identity(a.read(1), name="read")
    a.stack()


# ------------------------------------------------------------------------ summaries

@case("summaries/all")
def _():
    a = x()
    v1.summary.scalar("loss", a)
    v1.summary.scalar("a loss", a)
    with v1.name_scope("s"):
        v1.summary.scalar("loss", a)
        v1.summary.histogram("h", x(None, name="h_in"))
    v1.summary.image("i", x(None, 4, 4, 1, name="pixels"), max_outputs=2)
    v1.summary.audio("sound", x(None, 100, name="samples"), 8000)
    v1.summary.text("words", v1.placeholder(tf.string, [], name="t"))
    v1.summary.scalar("own", a, collections=["mine"])
    v1.summary.scalar("loss", a, family="f")
    v1.summary.merge_all()


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
        for name, (build, resource) in sorted(CASES.items()):
            (v1.enable_resource_variables if resource else v1.disable_resource_variables)()
            with tf.Graph().as_default() as graph:
                v1.set_random_seed(1)
                if name.startswith("layers/"):      # as TensorFlow 1 had it; Keras has numbers of its own since
                    v1.get_variable_scope().set_initializer(v1.glorot_uniform_initializer())
                build()
                meta = v1.train.export_meta_graph(graph=graph)
                del meta.meta_info_def.stripped_op_list.op[:]
                out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), meta.SerializeToString(deterministic=True), zipfile.ZIP_DEFLATED)
