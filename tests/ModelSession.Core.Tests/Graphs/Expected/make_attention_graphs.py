"""Attention, decoders and losses of sequences as tf.contrib.seq2seq of TensorFlow 1.15 builds them on TensorFlow 2.16, and what they compute.
Usage: tfpython make_attention_graphs.py CONTRIB attention_graphs.tar.gz

CONTRIB is a folder with a package `contrib` of tf.contrib.seq2seq's modules, their imports of Keras and of tf.layers mended."""
import sys

import make_rnn_graphs as rnn
from make_rnn_graphs import F, cells, tf, v1

sys.path.insert(0, sys.argv[1])
from contrib import attention_wrapper as attention, basic_decoder, decoder, helper, loss


def bahdanau(x, n):
    mechanism = attention.BahdanauAttention(6, x, n)
    cell = attention.AttentionWrapper(cells.GRUCell(5), mechanism, attention_layer_size=7)
    state = cell.zero_state(tf.shape(x)[0], F)
    outputs, last = v1.nn.static_rnn(cell, tf.unstack(x, axis=1), initial_state=state)
    return outputs, last.cell_state, last.attention, last.alignments


def known(x, n):
    x.set_shape([2, 3, 4])
    cell = attention.AttentionWrapper(cells.BasicLSTMCell(4), attention.LuongAttention(4, x), output_attention=False)
    out, last = cell(tf.unstack(x, axis=1)[0], cell.zero_state(2, F))
    return out, last.attention, last.alignments


def luong(x, n):
    mechanism = attention.LuongAttention(5, x, n, scale=True)
    cell = attention.AttentionWrapper(cells.LSTMCell(5), mechanism, output_attention=False, alignment_history=True)
    zeros = cell.zero_state(tf.shape(x)[0], F)
    own = [tf.slice(tf.concat([step, step], 1), [0, 0], [-1, 5]) for step in tf.unstack(x, axis=1)[:2]]
    first = zeros._replace(cell_state=cells.LSTMStateTuple(*own))
    outputs, last = v1.nn.static_rnn(cell, tf.unstack(x, axis=1)[:2], initial_state=first)
    return outputs, last.cell_state, last.alignment_history.stack()


def normalized(x, n):
    mechanism = attention.BahdanauAttention(6, x, normalize=True)
    cell = attention.AttentionWrapper(cells.GRUCell(5), mechanism)
    return v1.nn.static_rnn(cell, tf.unstack(x, axis=1)[:2], initial_state=cell.zero_state(tf.shape(x)[0], F))[0]


def decode(x, n, teach):
    if teach:
        teacher = helper.TrainingHelper(x, n)
    else:
        teacher = helper.GreedyEmbeddingHelper(v1.get_variable("embedding", [9, 4]), tf.fill([tf.shape(x)[0]], 1), 2)
    cell = attention.AttentionWrapper(cells.GRUCell(5), attention.BahdanauAttention(6, x, n), attention_layer_size=5)
    state = cell.zero_state(tf.shape(x)[0], F)
    pieces = basic_decoder.BasicDecoder(cell, teacher, state, v1.layers.Dense(9))
    outputs, last, lengths = decoder.dynamic_decode(pieces, maximum_iterations=None if teach else 5, impute_finished=teach)
    return outputs.rnn_output, tf.cast(outputs.sample_id, F), last.attention, tf.cast(lengths, F)


def taught(x, n):
    return decode(x, n, True)


def greedy(x, n):
    return decode(x, n, False)


def plain(x, n):
    pieces = basic_decoder.BasicDecoder(cells.GRUCell(5), helper.TrainingHelper(tf.transpose(x, [1, 0, 2]), n, time_major=True), tf.zeros([tf.shape(x)[0], 5]))
    outputs, last, lengths = decoder.dynamic_decode(pieces, output_time_major=True)
    return outputs.rnn_output, last, tf.cast(lengths, F)


def losses(x, n):
    targets = tf.constant([[1, 0, 2], [3, 3, 0]])
    weights = v1.sequence_mask(n, 3, F)
    one = loss.sequence_loss
    return [
        one(x, targets, weights),
        one(x, targets, weights, average_across_timesteps=False),
        one(x, targets, weights, average_across_batch=False, name="rows"),
        one(x, targets, weights, average_across_timesteps=False, average_across_batch=False),
        one(x, targets, weights, False, False, True, True),
        one(x, targets, weights, False, False, True, False),
        one(x, targets, weights, False, False, False, True),
    ]


if __name__ == "__main__":
    rnn.main(sys.argv[2], (bahdanau, greedy, known, losses, luong, normalized, plain, taught))
