"""Runs graphs and their gradients in TensorFlow: random_graphs.py FOLDER

FOLDER/request.json lists the graphs: [{"id", "graph" (a GraphDef's file), "fetches"}]. Values for the placeholders are drawn here. Writes
index.json and data.npz with the schema of golden/ops. What hangs on the last bits of the feeds is left out: a fetch that jumps, or moves far,
when they are moved a little, says nothing about an engine.
"""
import json, os, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import rewriter_config_pb2

tf.disable_eager_execution()
tf.logging.set_verbosity(tf.logging.ERROR)
folder = sys.argv[1]
config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
config.graph_options.rewrite_options.disable_meta_optimizer = True
config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
arrays, cases = {}, []


def draw(random, tensor):
    shape = tensor.shape.as_list()
    if tensor.dtype == tf.bool:
        return random.random(shape) < .5
    if tensor.dtype.is_integer:
        return random.integers(-4, 5, shape).astype(tensor.dtype.as_numpy_dtype)
    return np.asarray(random.uniform(-2, 2, shape)).astype(tensor.dtype.as_numpy_dtype)


def nudged(random, value):
    if value.dtype.kind != "f":
        return value
    return (value * (1 + random.uniform(-1, 1, value.shape) * 3e-7)).astype(value.dtype)


def store(key, value):
    arrays[key] = value
    return key


def stable(values, others):
    """The fetches that may be compared, and how far they move."""
    kept, spread = [], 0.
    for i, value in enumerate(values):
        if value.dtype.kind != "f":
            if all(np.array_equal(value, other[i]) for other in others):
                kept.append(i)
            continue
        if value.size and not (np.isfinite(value).all() and np.abs(value).max() < 1e6):
            continue
        moved = max([np.abs(value.astype(np.float64) - other[i]).max() if value.size else 0. for other in others])
        if moved <= 1e-3 * (1 + (np.abs(value).max() if value.size else 0.)):
            kept.append(i)
            spread = max(spread, moved)
    return kept, spread


def gradients(id, graph, session, placeholders, feeds, ys, random):
    xs = [p for p in placeholders if p.dtype in (tf.float32, tf.float64)]
    if not xs or not ys:
        return None, 0.
    grad_ys = [tf.placeholder(y.dtype, y.shape) for y in ys]
    try:
        results = tf.gradients(ys, xs, grad_ys)
    except (LookupError, ValueError, TypeError):
        return None, 0.
    results = [tf.convert_to_tensor(r) if isinstance(r, tf.IndexedSlices) else r for r in results]
    given = dict(feeds)
    given.update({p: np.asarray(random.uniform(-1, 1, session.run(tf.shape(y), feeds))).astype(y.dtype.as_numpy_dtype) for p, y in zip(grad_ys, ys)})
    wanted = [r for r in results if r is not None]
    try:
        values = session.run(wanted, given)
        others = [session.run(wanted, {p: nudged(random, v) for p, v in given.items()}) for _ in range(3)]
    except tf.errors.OpError:
        return None, 0.
    kept, spread = stable(values, others)
    if len(kept) < len(wanted):
        return None, 0.
    file = f"{id}.grad.pb"
    with open(os.path.join(folder, file), "wb") as out:
        out.write(graph.as_graph_def().SerializeToString())
    value = iter(values)
    return {
        "graph": file, "ys": [y.name for y in ys], "xs": [x.name for x in xs], "grad_ys": [p.name for p in grad_ys],
        "feeds": {p.name: store(f"{id}/{p.name}", v) for p, v in given.items()},
        "results": [{"kind": "none"} if r is None else {"kind": "dense", "name": r.name, "expected": store(f"{id}/grad/{x.name}", next(value))}
                    for x, r in zip(xs, results)]}, spread


with open(os.path.join(folder, "request.json")) as file:
    requests = json.load(file)
for number, request in enumerate(requests):
    id, random = request["id"], np.random.default_rng(number)
    definition = tf.GraphDef()
    with open(os.path.join(folder, request["graph"]), "rb") as file:
        definition.ParseFromString(file.read())
    with tf.Graph().as_default() as graph, tf.Session(config=config) as session:
        tf.import_graph_def(definition, name="")
        placeholders = [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]
        feeds = {p: draw(random, p) for p in placeholders}
        case = {"id": "fuzz/" + id, "family": "fuzz", "graph": request["graph"], "data": "data.npz", "compare": {}}
        run = {"feeds": {p.name: store(f"{id}/{p.name}", v) for p, v in feeds.items()}, "fetches": request["fetches"], "targets": []}
        try:
            values = session.run(request["fetches"], feeds)
        except tf.errors.OpError as error:
            code = next(name for name, value in vars(tf.errors).items() if value == error.error_code and name.isupper())
            cases.append({**case, "runs": [{**run, "error": {"code": code, "message": error.message}}]})
            continue
        others = [session.run(request["fetches"], {p: nudged(random, v) for p, v in feeds.items()}) for _ in range(3)]
        kept, spread = stable(values, others)
        run["fetches"] = [request["fetches"][i] for i in kept]
        if not kept:
            run["targets"] = [name.split(":")[0] for name in request["fetches"]]
        run["expected"] = [store(f"{id}/{request['fetches'][i]}", values[i]) for i in kept]
        ys = [y for y in map(graph.get_tensor_by_name, run["fetches"]) if y.dtype in (tf.float32, tf.float64)]
        grad, moved = gradients(id, graph, session, placeholders, feeds, ys, random)
        case["compare"] = {"rtol": 2e-5, "atol": 2e-6 + 10 * spread, "grad_rtol": 5e-5, "grad_atol": 5e-6 + 20 * moved}
        cases.append({**case, "runs": [run], **({"grad": grad} if grad else {})})

np.savez(os.path.join(folder, "data.npz"), **arrays)
with open(os.path.join(folder, "index.json"), "w") as file:
    json.dump({"schema": 1, "cases": cases}, file)
print(json.dumps({"cases": len(cases), "gradients": sum("grad" in case for case in cases), "errors": sum("error" in case["runs"][0] for case in cases),
                  "fetches": sum(len(case["runs"][0]["fetches"]) for case in cases)}))
