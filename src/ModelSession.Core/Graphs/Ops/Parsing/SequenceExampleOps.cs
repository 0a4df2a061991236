namespace ModelSessions.Graphs.Ops;

/// <summary>Features and lists of features read from serialized tf.train.SequenceExample messages.</summary>
internal static class SequenceExampleOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ParseSequenceExample", c => Define(c, c.Input(0, 1), isBatch: true, isRagged: false));
        ops.Define("ParseSequenceExampleV2", c => Define(c, c.Input(0), isBatch: true, isRagged: true));
        ops.Define("ParseSingleSequenceExample", c => Define(c, c.Input(0, 0), isBatch: false, isRagged: false));
    }

    private static void Define(ShapeContext c, Shape batch, bool isBatch, bool isRagged)
    {
        if (batch.Rank > 1)
        {
            throw c.Error($"serialized has the shape {batch}; it must be a scalar or a vector.");
        }

        GraphOperation op = c.Operation;
        Shape splits = !batch.HasRank ? Shape.Unknown : batch.Rank == 0 ? Shape.Scalar : [batch[0] < 0 ? -1 : batch[0] + 1];
        FeatureShapes outputs = new(c);
        outputs.Sparse((int)c.Int("Ncontext_sparse"), batch.HasRank ? batch.Rank + 1 : -1);
        outputs.Dense(op.ShapeList("context_dense_shapes"), batch);
        if (isRagged)
        {
            outputs.Repeat(op.DTypeList("context_ragged_value_types").Count, [-1]);
            outputs.Repeat(op.DTypeList("context_ragged_split_types").Count, splits);
        }

        outputs.Sparse((int)c.Int("Nfeature_list_sparse"), batch.HasRank ? batch.Rank + 2 : -1);
        outputs.Dense(op.ShapeList("feature_list_dense_shapes"), Shapes.Concat(batch, [-1]));
        if (isBatch)
        {
            outputs.Repeat((int)c.Int("Nfeature_list_dense"), batch);
        }

        if (isRagged)
        {
            outputs.Repeat(op.DTypeList("feature_list_ragged_value_types").Count, [-1]);
            outputs.Repeat(op.DTypeList("feature_list_ragged_split_types").Count, splits);
            outputs.Repeat(op.DTypeList("feature_list_ragged_split_types").Count, [-1]);
        }
    }
}
