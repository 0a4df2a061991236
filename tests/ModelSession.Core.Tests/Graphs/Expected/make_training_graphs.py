"""Graphs that train, as TensorFlow 2.16's compat.v1 builds them, and the values of their variables after some steps: expected nodes and numbers
for the tests in Graphs/Training.

    python make_training_graphs.py training_graphs.tar.gz
"""
import gzip
import io
import json
import sys
import tarfile

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import math_ops, resource_variable_ops, state_ops

v1 = tf.compat.v1
v1.disable_v2_behavior()
train = v1.train
STEPS = 4

# What is tested there does not ask for the kind of variables.
ONE_KIND = ("clip", "decay")


def waves(shape, scale=0.5):
    count = int(np.prod(shape))
    return (scale * np.sin(np.arange(1, count + 1))).reshape(shape)


class Decay:
    """contrib's DecoupledWeightDecayExtension, waiting for the gradient."""

    weight_decay = 0.01

    def _prepare(self):
        self.decay = tf.convert_to_tensor(self.weight_decay, name="weight_decay")
        super()._prepare()

    def _apply_dense(self, grad, var):
        with tf.control_dependencies([grad]):
            op = var.assign_sub(math_ops.cast(self.decay, var.dtype.base_dtype) * var)
        with tf.control_dependencies([op]):
            return super()._apply_dense(grad, var)

    def _resource_apply_dense(self, grad, var):
        with tf.control_dependencies([grad]):
            op = tf.raw_ops.AssignSubVariableOp(resource=var.handle, value=math_ops.cast(self.decay, var.dtype.base_dtype) * var)
        with tf.control_dependencies([op]):
            return super()._resource_apply_dense(grad, var)

    def _apply_sparse(self, grad, var):
        with tf.control_dependencies([grad.values]):
            rows = tf.raw_ops.GatherV2(params=var, indices=grad.indices, axis=0)
            op = state_ops.scatter_add(var, grad.indices, -math_ops.cast(self.decay, var.dtype.base_dtype) * rows)
        with tf.control_dependencies([op]):
            return super()._apply_sparse(grad, var)

    def _resource_apply_sparse(self, grad, var, indices):
        with tf.control_dependencies([grad]):
            rows = tf.raw_ops.ResourceGather(resource=var.handle, indices=indices, dtype=var.dtype)
            op = resource_variable_ops.resource_scatter_add(var.handle, indices, -math_ops.cast(self.decay, var.dtype) * rows)
        with tf.control_dependencies([op]):
            return super()._resource_apply_sparse(grad, var, indices)


class AdamW(Decay, train.AdamOptimizer):
    pass


class MomentumW(Decay, train.MomentumOptimizer):
    pass


def model(resource, dtype=tf.float32):
    """Rows of a table (a sparse gradient) and a layer (dense ones)."""
    x = v1.placeholder(dtype, [None, 4], name="x")
    ids = v1.placeholder(tf.int32, [None], name="ids")
    y = v1.placeholder(dtype, [None, 3], name="y")
    step = v1.get_variable("step", [], tf.int64, v1.zeros_initializer(), trainable=False, use_resource=resource)
    with v1.variable_scope("net"):
        table, w, b = [v1.get_variable(name, shape, dtype, v1.zeros_initializer(), use_resource=resource)
                       for name, shape in (("table", [6, 4]), ("w", [4, 3]), ("b", [3]))]
    rows = (tf.raw_ops.ResourceGather(resource=table.handle, indices=ids, dtype=dtype, name="rows") if resource
            else tf.raw_ops.GatherV2(params=table, indices=ids, axis=0, name="rows"))
    h = tf.sigmoid(tf.matmul(x + rows, w) + b)
    loss = tf.reduce_mean(tf.square(h - y), name="loss")
    return x, ids, y, step, table, w, b, h, loss


def optimizer_case(make, dtype=tf.float32, **arguments):
    def build(resource):
        _, _, _, step, *_, loss = model(resource, dtype)
        make().minimize(loss, global_step=step, name="train", **arguments)
    return build


def tensors(resource):
    """Hyperparameters that are tensors."""
    _, _, _, step, *_, loss = model(resource, tf.float64)
    rate = v1.placeholder_with_default(tf.constant(0.1, name="rate/input"), [], name="rate")
    momentum = v1.placeholder_with_default(tf.constant(0.8, name="momentum/input"), [], name="momentum")
    train.MomentumOptimizer(rate, momentum).minimize(loss, global_step=step, name="train")


def two_optimizers(resource):
    """Two of a kind in one graph, each over some variables; one step after the other."""
    _, _, _, step, table, w, b, _, loss = model(resource)
    first = train.AdamOptimizer(0.05).minimize(loss, var_list=[table], name="first")
    with tf.control_dependencies([first]):
        train.AdamOptimizer(0.02, name="Slow").minimize(loss, global_step=step, var_list=[w, b], name="train")


def in_scope(resource):
    """Slots stand under their variables, powers in the scope."""
    _, _, _, step, *_, loss = model(resource)
    with v1.name_scope("training"):
        train.AdamOptimizer(0.05).minimize(loss, global_step=step, name="train")


def clipped_in_between(resource):
    """Gradients changed between their computation and their use."""
    _, _, _, step, *_, loss = model(resource)
    optimizer = train.GradientDescentOptimizer(0.5)
    pairs = optimizer.compute_gradients(loss)
    clipped, _ = tf.clip_by_global_norm([gradient for gradient, _ in pairs], 0.05)
    optimizer.apply_gradients(list(zip(clipped, [variable for _, variable in pairs])), global_step=step, name="train")


def clipped(clip):
    """Each gradient clipped by itself; of slices, the slices."""
    def build(resource):
        _, _, _, step, *_, loss = model(resource)
        optimizer = train.GradientDescentOptimizer(0.5)
        pairs = [(clip(gradient), variable) for gradient, variable in optimizer.compute_gradients(loss)]
        optimizer.apply_gradients(pairs, global_step=step, name="train")
    return build


def clips_differentiated(resource):
    """Gradients through clipped values, and by tensors as bounds."""
    _, _, _, step, table, w, b, h, loss = model(resource)
    bound = tf.reduce_mean(h, name="bound")
    parts = [tf.clip_by_value(h, 0.2, 0.6), tf.clip_by_norm(h, bound, axes=[1], name="rows_clipped"),
             tf.clip_by_global_norm([h, None, loss], bound, name="both")[0][0]]
    total = tf.add_n([tf.reduce_sum(tf.square(part)) for part in parts], name="total")
    train.GradientDescentOptimizer(0.1).minimize(total, global_step=step, name="train")


def decayed(make):
    """A learning rate that falls with the step."""
    def build(resource):
        _, _, _, step, *_, loss = model(resource)
        train.GradientDescentOptimizer(make(step)).minimize(loss, global_step=step, name="train")
    return build


def averaged(**arguments):
    """Averages of all variables and of two tensors, updated after the step; in a variable scope, whose name is then doubled."""
    def build(resource):
        _, _, _, step, table, w, b, h, loss = model(resource)
        with v1.variable_scope("outer"):
            mean = tf.reduce_mean(h, 0, name="mean")
        update = train.AdamOptimizer(0.05).minimize(loss, global_step=step, name="train")
        options = dict(arguments)
        if options.pop("counted", False):
            options["num_updates"] = step
        average = train.ExponentialMovingAverage(0.9, **options)
        with tf.control_dependencies([update]):
            op = average.apply([table, w, b, mean])
        v1.add_to_collection("train_op", op)
        with v1.variable_scope("outer"):
            second = train.ExponentialMovingAverage(tf.constant(0.5), name="Slow")
            with tf.control_dependencies([op]):
                v1.add_to_collection("train_op", second.apply([b, loss]))
    return build


def in_variable_scope(resource):
    """Slots stand in the variable scope, twice under one name if there are two optimizers."""
    _, _, _, step, *_, loss = model(resource)
    with v1.variable_scope("training"):
        with tf.control_dependencies([train.RMSPropOptimizer(0.01).minimize(loss)]):
            train.RMSPropOptimizer(0.02).minimize(loss, global_step=step)


def partitioned(resource):
    """Parts of a variable have slots that are parts."""
    x = v1.placeholder(tf.float32, [None, 4], name="x")
    v1.placeholder(tf.int32, [None], name="ids")
    y = v1.placeholder(tf.float32, [None, 3], name="y")
    step = v1.get_variable("step", [], tf.int64, v1.zeros_initializer(), trainable=False, use_resource=resource)
    w = v1.get_variable("w", [4, 3], tf.float32, v1.zeros_initializer(), partitioner=v1.fixed_size_partitioner(2), use_resource=resource)
    first, second = list(w)
    h = tf.sigmoid(tf.matmul(x[:, :2], first) + tf.matmul(x[:, 2:], second))
    loss = tf.reduce_mean(tf.square(h - y), name="loss")
    update = train.FtrlOptimizer(0.1).minimize(loss, global_step=step, name="train")
    with tf.control_dependencies([update]):
        v1.add_to_collection("train_op", train.ExponentialMovingAverage(0.9).apply())


CASES = dict(
    adadelta=optimizer_case(lambda: train.AdadeltaOptimizer(1.0)),
    adagrad=optimizer_case(lambda: train.AdagradOptimizer(0.1, 0.2)),
    adagrad_da=lambda resource: adagrad_da(resource),
    adam=optimizer_case(lambda: train.AdamOptimizer(0.05)),
    adam_double=optimizer_case(lambda: train.AdamOptimizer(0.05, 0.8, 0.99, 1e-4), tf.float64),
    adam_half=optimizer_case(lambda: train.AdamOptimizer(0.05, epsilon=1e-3), tf.float16),
    adam_locking=optimizer_case(lambda: train.AdamOptimizer(0.05, use_locking=True)),
    adamw=optimizer_case(lambda: AdamW(0.05, name="AdamW")),
    average=averaged(),
    average_counted=averaged(counted=True),
    average_debiased=averaged(zero_debias=True, counted=True),
    clip_average_norm=clipped(lambda gradient: tf.convert_to_tensor(v1.clip_by_average_norm(tf.convert_to_tensor(gradient), 0.001))),
    clip_norm=clipped(lambda gradient: tf.clip_by_norm(gradient, 0.02)),
    clip_value=clipped(lambda gradient: tf.clip_by_value(gradient, -0.01, 0.01)),
    clipped_in_between=clipped_in_between,
    clips_differentiated=clips_differentiated,
    decay_cosine=decayed(lambda step: train.cosine_decay(0.5, step, 3, alpha=0.1)),
    decay_exponential=decayed(lambda step: train.exponential_decay(0.5, step, 3, 0.5)),
    decay_inverse=decayed(lambda step: train.inverse_time_decay(0.5, step, 2, 0.5, staircase=True)),
    decay_linear_cosine=decayed(lambda step: train.linear_cosine_decay(0.5, step, 3)),
    decay_natural=decayed(lambda step: train.natural_exp_decay(0.5, step, 2, 0.5, name="natural")),
    decay_piecewise=decayed(lambda step: train.piecewise_constant(step, [0, 2, 5], [0.5, 0.3, 0.2, 0.1], name="rate")),
    decay_polynomial=decayed(lambda step: train.polynomial_decay(0.5, step, 3, 0.1, 2.0)),
    decay_polynomial_cycle=decayed(lambda step: train.polynomial_decay(0.5, step, 2, 0.1, cycle=True)),
    decay_restarts=decayed(lambda step: train.cosine_decay_restarts(0.5, step, 2, 2.0, 0.5, 0.1)),
    decay_staircase=decayed(lambda step: train.exponential_decay(0.5, step, 2, 0.5, staircase=True, name="rate")),
    descent=optimizer_case(lambda: train.GradientDescentOptimizer(0.5)),
    descent_colocated=optimizer_case(lambda: train.GradientDescentOptimizer(0.5), colocate_gradients_with_ops=True),
    descent_gated=optimizer_case(lambda: train.GradientDescentOptimizer(0.5), gate_gradients=train.Optimizer.GATE_GRAPH),
    descent_ungated=optimizer_case(lambda: train.GradientDescentOptimizer(0.5), gate_gradients=train.Optimizer.GATE_NONE),
    ftrl=optimizer_case(lambda: train.FtrlOptimizer(0.3, l1_regularization_strength=0.01, l2_regularization_strength=0.02)),
    ftrl_shrinkage=optimizer_case(lambda: train.FtrlOptimizer(0.3, -0.4, 0.2, l2_shrinkage_regularization_strength=0.1, beta=0.5,
                                                              accum_name="Sum", linear_name="Linear")),
    in_scope=in_scope,
    in_variable_scope=in_variable_scope,
    momentum=optimizer_case(lambda: train.MomentumOptimizer(0.1, 0.9)),
    momentumw=optimizer_case(lambda: MomentumW(0.1, 0.9, name="MomentumW")),
    nesterov=optimizer_case(lambda: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True, name="Nesterov")),
    partitioned=partitioned,
    proximal=optimizer_case(lambda: train.ProximalGradientDescentOptimizer(0.5, 0.01, 0.02)),
    proximal_adagrad=optimizer_case(lambda: train.ProximalAdagradOptimizer(0.3, 0.2, 0.01, 0.02)),
    rmsprop=optimizer_case(lambda: train.RMSPropOptimizer(0.05, 0.8, 0.5)),
    rmsprop_centered=optimizer_case(lambda: train.RMSPropOptimizer(0.05, 0.8, 0.5, centered=True)),
    tensors=tensors,
    two_optimizers=two_optimizers,
)


def adagrad_da(resource):
    _, _, _, step, *_, loss = model(resource)
    train.AdagradDAOptimizer(0.3, step, 0.2, 0.01, 0.02).minimize(loss, global_step=step, name="train")


def values(graph, session):
    return {variable.op.name: session.run(variable).astype(np.float64).ravel().tolist() for variable in v1.global_variables()}


def steps(graph):
    """The variables after some steps; before them those of the model have set values."""
    x, y = graph.get_tensor_by_name("x:0"), graph.get_tensor_by_name("y:0")
    with v1.Session(graph=graph) as session:
        session.run("init")
        first = values(graph, session)
        for variable in v1.trainable_variables():
            variable.load(waves(variable.shape.as_list()).astype(variable.dtype.base_dtype.as_numpy_dtype), session)
        for i in range(STEPS):
            session.run(v1.get_collection("train_op")[-1], {x: waves([4, 4], 1 + i).astype(x.dtype.as_numpy_dtype), "ids:0": [1, 3, 1, i % 2], y: waves([4, 3], 0.3).astype(y.dtype.as_numpy_dtype)})
        return dict(first=first, last=values(graph, session))


def main(path):
    with gzip.GzipFile(path, "wb", 9, mtime=0) as file, tarfile.open(fileobj=file, mode="w") as archive:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        for name, build in CASES.items():
            for kind in ("ref", "resource") if not name.startswith(ONE_KIND) else ("ref",):
                with tf.Graph().as_default() as graph:
                    build(kind == "resource")
                    v1.global_variables_initializer()
                    add("%s_%s.pb" % (name, kind), graph.as_graph_def().SerializeToString(deterministic=True))
                    add("%s_%s.json" % (name, kind), json.dumps(steps(graph)).encode())


if __name__ == "__main__":
    main(sys.argv[1])
