"""Reads TFRecord and event files of a folder and prints what TensorFlow and TensorBoard find in them."""
import glob
import json
import sys

import tensorflow as tf
from tensorboard.backend.event_processing import event_accumulator

folder = sys.argv[1]
found = {}
for name, packing in (("None", ""), ("Zlib", "ZLIB"), ("Gzip", "GZIP")):
    records = [r.numpy() for r in tf.data.TFRecordDataset(f"{folder}/{name}", compression_type=packing)]
    example = tf.train.Example.FromString(records[0])
    found[name] = [list(example.features.feature["x"].float_list.value), len(records[1])]

path = glob.glob(folder + "/logs/events.out.tfevents.*")[0]
found["events"] = []
for event in tf.compat.v1.train.summary_iterator(path):
    if event.WhichOneof("what") == "file_version":
        found["events"].append(["file_version", event.file_version])
    for value in event.summary.value:
        found["events"].append([value.tag, event.step, str(value.simple_value)])

board = event_accumulator.EventAccumulator(folder + "/logs")
board.Reload()
found["tensorboard"] = {tag: len(board.Scalars(tag)) for tag in sorted(board.Tags()["scalars"])}
print(json.dumps(found))
