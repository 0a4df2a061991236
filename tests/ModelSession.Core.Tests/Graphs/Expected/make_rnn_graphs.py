"""Recurrent networks and samplers as TensorFlow builds them, and what they compute. Usage: tfpython make_rnn_graphs.py rnn_graphs.tar.gz"""
import gzip
import io
import json
import os
import sys
import tarfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_control_flow_v2()
cells = v1.nn.rnn_cell
F = tf.float32


def waves(shape, phase=0.0):
    return np.sin(np.arange(np.prod(shape, dtype=int)) + phase).reshape(shape).astype(np.float32)


def bidirectional(x, n):
    return v1.nn.bidirectional_dynamic_rnn(cells.GRUCell(5), cells.GRUCell(5), x, sequence_length=n, dtype=F)


def bidirectional_all(x, n):
    return v1.nn.bidirectional_dynamic_rnn(cells.BasicRNNCell(5), cells.BasicLSTMCell(3), x, dtype=F)


def dropout(x, n):
    cell = cells.DropoutWrapper(cells.LSTMCell(5), 0.7, 0.6, 0.5, seed=3)
    return v1.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=F)


def known_sizes(x, n):
    x = v1.placeholder(F, [3, 2, 4], name="known")
    n = v1.placeholder(tf.int32, [2], name="lengths")
    return v1.nn.dynamic_rnn(cells.BasicRNNCell(5), x, sequence_length=n, dtype=F, time_major=True)


def lstm_options(x, n):
    cell = cells.LSTMCell(5, use_peepholes=True, cell_clip=0.4, num_proj=3, proj_clip=0.3)
    return v1.nn.dynamic_rnn(cell, x, dtype=F)


def lstm_plain(x, n):
    return v1.nn.static_rnn(cells.LSTMCell(5), tf.unstack(x, axis=1), dtype=F)


def multi(x, n):
    cell = cells.MultiRNNCell([cells.BasicLSTMCell(5), cells.GRUCell(6)])
    return v1.nn.dynamic_rnn(cell, x, sequence_length=n, dtype=F)


def samplers(x, n):
    labels = tf.constant([[3, 1], [5, 0]], tf.int64)
    return [
        v1.nn.uniform_candidate_sampler(labels, 2, 4, True, 9, seed=5),
        v1.nn.learned_unigram_candidate_sampler(labels, 2, 4, False, 9, seed=6),
        v1.nn.learned_unigram_candidate_sampler(labels, 2, 4, True, 9, seed=7, name="own"),
        v1.nn.log_uniform_candidate_sampler(labels, 2, 4, True, 9, seed=8),
    ]


def static_bidirectional(x, n):
    return v1.nn.static_bidirectional_rnn(cells.GRUCell(5), cells.BasicLSTMCell(3), tf.unstack(x, axis=1), dtype=F)


def static_bidirectional_lengths(x, n):
    return v1.nn.static_bidirectional_rnn(cells.BasicRNNCell(5), cells.BasicRNNCell(5), tf.unstack(x, axis=1), sequence_length=n, dtype=F)


def static_lengths(x, n):
    return v1.nn.static_rnn(cells.BasicLSTMCell(5), tf.unstack(x, axis=1), sequence_length=n, dtype=F)


def twice(x, n):
    steps = tf.unstack(x, axis=1)
    cell = cells.GRUCell(4)
    first, state = v1.nn.static_rnn(cell, steps, dtype=F)
    second, last = v1.nn.static_rnn(cell, first, initial_state=state, scope="again")
    return second, last, v1.nn.static_rnn(cells.LSTMCell(4), steps[:1], dtype=F, scope="third"), v1.nn.dynamic_rnn(cells.LSTMCell(3), x, dtype=F)


def variational(x, n):
    cell = cells.DropoutWrapper(cells.LSTMCell(5), 0.7, 0.6, 0.5, variational_recurrent=True, input_size=4, dtype=F, seed=3)
    return v1.nn.dynamic_rnn(cell, x, dtype=F)


def wrapped(x, n):
    cell = cells.MultiRNNCell([cells.ResidualWrapper(cells.BasicRNNCell(4)), cells.BasicRNNCell(6)])
    return v1.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=F)


CASES = (bidirectional, bidirectional_all, dropout, known_sizes, lstm_options, lstm_plain, multi, samplers, static_bidirectional, static_bidirectional_lengths, static_lengths, twice, variational, wrapped)


def build(case):
    x, n = v1.placeholder(F, [None, 3, 4], name="x"), v1.placeholder(tf.int32, [None], name="n")
    # TensorFlow's own default is another generator in legacy cells than in variable scopes; so it is given here.
    with v1.variable_scope("net", initializer=v1.constant_initializer(0.5)):
        return tf.nest.flatten(case(x, n))


def values(graph, results):
    """All results, and the gradients of the sum of their squares by the input and each variable."""
    x = graph.get_tensor_by_name("net/known:0" if "net/known" in [node.name for node in graph.get_operations()] else "x:0")
    feeds = {"x:0": waves([2, 3, 4]), "n:0": [1, 3]}
    if x.op.name == "net/known":
        feeds.update({x: waves([3, 2, 4]), "net/lengths:0": [1, 3]})
    weights = [graph.get_tensor_by_name(variable.op.name + "/read:0") for variable in v1.global_variables()]
    for i, weight in enumerate(weights):
        feeds[weight] = 0.5 * waves(weight.shape.as_list(), i)
    gradients = []
    if weights:
        gradients = v1.gradients(v1.add_n([tf.reduce_sum(result * result) for result in results]), [x] + weights)
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
    with v1.Session(graph=graph) as session:
        found = session.run(results + gradients, feeds)
    return [np.asarray(value, np.float64).ravel().round(7).tolist() for value in found]


def main(path, cases=CASES):
    with gzip.GzipFile(path, "wb", 9, mtime=0) as file, tarfile.open(fileobj=file, mode="w") as archive:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        for case in cases:
            for kind in ("ref", "resource"):
                (v1.enable_resource_variables if kind == "resource" else v1.disable_resource_variables)()
                with tf.Graph().as_default() as graph:
                    results = build(case)
                    add("%s_%s.pb" % (case.__name__, kind), graph.as_graph_def().SerializeToString(deterministic=True))
                    if kind == "ref":
                        variables = [variable.op.name for variable in v1.global_variables()]
                        add(case.__name__ + ".json", json.dumps(dict(variables=variables, results=len(results), values=values(graph, results))).encode())


if __name__ == "__main__":
    main(sys.argv[1])
