namespace ModelSessions.Graphs.Ops;

/// <summary>Features read from serialized tf.train.Example messages.</summary>
internal static class ExampleOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ParseExample", c =>
        {
            Shape batch = c.Input(0, 1);
            FeatureShapes outputs = new(c);
            outputs.Sparse((int)c.Int("Nsparse"), 2);
            outputs.Dense(c.Operation.ShapeList("dense_shapes"), batch);
        });
        ops.Define("ParseExampleV2", BatchOrSingle);
        ops.Define("ParseSingleExample", c =>
        {
            c.Input(0, 0);
            FeatureShapes outputs = new(c);
            outputs.Sparse((int)c.Int("num_sparse"), 1);
            outputs.Dense(c.Operation.ShapeList("dense_shapes"), Shape.Scalar);
        });
    }

    private static void BatchOrSingle(ShapeContext c)
    {
        Shape batch = c.Input(0);
        if (batch.Rank > 1)
        {
            throw c.Error($"serialized has the shape {batch}; it must be a scalar or a vector.");
        }

        FeatureShapes outputs = new(c);
        outputs.Sparse((int)c.Int("num_sparse"), batch.HasRank ? batch.Rank + 1 : -1);
        outputs.Dense(c.Operation.ShapeList("dense_shapes"), batch);
        outputs.Repeat(c.Operation.DTypeList("ragged_value_types").Count, [-1]);
        long splits = !batch.HasRank || (batch.Rank == 1 && batch[0] < 0) ? -1 : batch.Rank == 0 ? 1 : batch[0] + 1;
        outputs.Repeat(c.Operation.DTypeList("ragged_split_types").Count, [splits]);
    }
}
