"""Branches, loops and arrays of tensors as TensorFlow builds them, with values and gradients: flow_*.pb, flow_values.json.
Usage: tfpython make_flow_graphs.py"""
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_control_flow_v2()
v1.disable_resource_variables()
here = os.path.dirname(os.path.abspath(__file__))
F = tf.float32


def inputs():
    x = v1.placeholder(F, [2], name="x")
    p = v1.placeholder(tf.bool, [], name="p")
    return x, p


def cond_values():
    x, p = inputs()
    w = tf.constant([3.0, 4.0], name="w")
    y = tf.cond(p, lambda: x * w + 1.0, lambda: x)
    z, u = tf.cond(p, lambda: (w, tf.constant(1.0)), lambda: (x - w, tf.constant(2.0)), name="pair")
    return tf.identity(y + z * u, name="out"), x


def cond_operations():
    x, p = inputs()
    v = v1.Variable([1.0, 1.0], name="v")
    with tf.control_dependencies([x]):
        run = tf.cond(p, lambda: v1.assign_add(v, x).op, lambda: tf.no_op())
    with tf.control_dependencies([run]):
        return tf.identity(v, name="out"), None


def cond_nested():
    x, p = inputs()
    q = tf.less(tf.reduce_sum(x), 3.0)
    w = tf.constant(2.0, name="w")
    y = tf.cond(p, lambda: tf.cond(q, lambda: x * w, lambda: x * x), lambda: w + x)
    return tf.identity(y, name="out"), x


def case_three():
    x, p = inputs()
    s = tf.reduce_sum(x)
    y = v1.case([(p, lambda: x), (s < 0.0, lambda: -x)], default=lambda: x * x)
    return tf.identity(y, name="out"), x


def while_two():
    x, p = inputs()
    w = tf.constant([0.5, 2.0], name="w")
    i, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * w + x), [tf.constant(0), x])
    return tf.identity(y * tf.cast(i, F), name="out"), x


def while_one():
    x, p = inputs()
    y = v1.while_loop(lambda y: tf.reduce_sum(y) < 100.0, lambda y: y * 2.0, [tf.abs(x) + 1.0], parallel_iterations=3, back_prop=False,
                      swap_memory=True, name="grow", maximum_iterations=5)
    return tf.identity(y, name="out"), None


def while_nested():
    x, p = inputs()
    w = tf.constant(0.5, name="w")

    def outer(i, y):
        _, z = tf.while_loop(lambda j, z: j < i, lambda j, z: (j + 1, z * w + y), [0, y])
        return i + 1, tf.cond(p, lambda: z, lambda: z + tf.ones([2]))
    i, y = tf.while_loop(lambda i, y: i < 3, outer, [tf.constant(1), x])
    return tf.identity(y, name="out"), x


def while_in_cond():
    x, p = inputs()
    n = tf.constant(3, name="n")
    y = tf.cond(p, lambda: tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y + x * y), [0, x])[1], lambda: x)
    return tf.identity(y, name="out"), x


def while_ordered():
    x, p = inputs()
    v = v1.Variable([1.0, 1.0], name="v")
    with tf.control_dependencies([v1.assign(v, x)]):
        def body(i, y):
            with tf.control_dependencies([v1.assign_add(v, y)]):
                return i + 1, y + tf.constant([1.0, 2.0])
        i, y = tf.while_loop(lambda i, y: i < 2, body, [tf.constant(0), x])
    with tf.control_dependencies([i]):
        return tf.identity(v, name="out"), None


def while_shapes():
    x, p = inputs()
    i, y = tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, tf.concat([y, x], 0)), [tf.constant(0), x],
                         shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])])
    return tf.identity(y, name="out"), x


def arrays():
    x, p = inputs()
    a = tf.TensorArray(F, size=3, clear_after_read=False)
    a = a.write(0, x).write(1, x * 2.0).write(2, x + 1.0)
    b = tf.TensorArray(F, size=2, element_shape=[2]).unstack(tf.stack([x, a.read(1)]))
    c = tf.TensorArray(F, size=tf.size(x), dynamic_size=True, infer_shape=False).split(tf.concat([x, x], 0), [1, 3])
    d = tf.TensorArray(F, size=2).scatter([1, 0], tf.stack([x, -x]))
    y = tf.concat([a.concat(), tf.reshape(b.stack(), [-1]), c.concat(), d.gather([0])[0], tf.cast(tf.fill([1], c.size()), F)], 0)
    a.close()
    return tf.identity(y, name="out"), x


def array_in_loop():
    x, p = inputs()
    a = tf.TensorArray(F, size=3)
    _, a, _ = tf.while_loop(lambda i, a, y: i < 3, lambda i, a, y: (i + 1, a.write(i, y), y * x), [tf.constant(0), a, x])
    return tf.identity(a.stack(), name="out"), x


def folds():
    x, p = inputs()
    rows = tf.stack([x, x * 2.0, x + 3.0])
    unknown = v1.placeholder_with_default(tf.constant([1.0, 2.0, 3.0]), [None], name="unknown")
    m = tf.map_fn(lambda r: r * r + x, rows)
    k = tf.map_fn(lambda r: tf.cast(r * 2.0, tf.int32), unknown, dtype=tf.int32)
    s = tf.scan(lambda a, r: a * 0.5 + r, rows)
    t = tf.scan(lambda a, r: a * 0.5 + r, rows, initializer=tf.zeros([2]), reverse=True)
    r = tf.scan(lambda a, r: a - r, unknown, initializer=tf.constant(0.0))
    left = tf.foldl(lambda a, r: a - r, rows)
    right = tf.foldr(lambda a, r: a - r * x, rows, initializer=x)
    last = tf.foldr(lambda a, r: a - r, unknown)
    flat = [tf.reshape(e, [-1]) for e in (m, tf.cast(k, F), s, t, r, left, right, last)]
    return tf.concat(flat, 0, name="out"), x


values = {}
for make in (cond_values, cond_operations, cond_nested, case_three, while_two, while_one, while_nested, while_in_cond, while_ordered, while_shapes,
             arrays, array_in_loop, folds):
    with tf.Graph().as_default() as graph:
        out, x = make()
        meta = v1.train.export_meta_graph()
        for key in [key for key in meta.collection_def if key not in ("cond_context", "while_context")]:
            del meta.collection_def[key]
        meta.ClearField("meta_info_def")
        with open(os.path.join(here, "flow_%s.pb" % make.__name__), "wb") as file:
            file.write(meta.SerializeToString(deterministic=True))
        gradient = tf.gradients(out, x)[0] if x is not None else None
        entry = []
        for p in (True, False):
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                feed = {"x:0": [0.5, -1.5], "p:0": p}
                entry.append(dict(out=np.ravel(session.run(out, feed)).tolist(),
                                  gradient=np.ravel(session.run(gradient, feed)).tolist() if gradient is not None else None))
        values[make.__name__] = entry
with open(os.path.join(here, "flow_values.json"), "w") as file:
    json.dump(values, file, separators=(",", ":"))
