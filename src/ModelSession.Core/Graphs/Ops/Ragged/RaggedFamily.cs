namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in ragged_*_ops.cc and count_ops.cc.</summary>
internal static class RaggedFamily
{
    public static void Define(OpTable ops)
    {
        ops.Define("DenseCountSparseOutput", c => SparseShapes.Output(c, 0, -1, c.Input(0).Rank));
        ops.Define("RaggedCountSparseOutput", c => SparseShapes.Output(c, 0, -1, 2));
        ops.Define("RaggedFillEmptyRows", FillShape, FillGradient);
        ops.Define("RaggedFillEmptyRowsGrad", SparseLayoutOps.FillGradShape);
        ops.DefineSlices("RaggedGather", GatherShape, GatherGradient);
        ops.DefineStop("RaggedRange", RangeShape);
        ops.Define("RaggedTensorToSparse", ToSparseShape, ToSparseGradient);
        ops.DefineSlices("RaggedTensorToTensor", ToTensorShape, ToTensorGradient);
        ops.Define("SparseCountSparseOutput", c => SparseShapes.Output(c, 0, -1, c.Input(2, 1)[0]));
    }

    private static void FillShape(ShapeContext c)
    {
        Shape ids = c.Input(0, 1);
        c.Merge(ids, c.Input(1, 1));
        c.Input(2, 0);
        c.Input(3, 0);
        c.Output(0, [-1]);
        c.Output(1, [-1]);
        c.Output(2, [c.TryScalar(2, out long rows) ? rows : -1]);
        c.Output(3, ids);
    }

    private static GraphTensor?[] FillGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation gradient = g.AddOperation("RaggedFillEmptyRowsGrad", null, null, op.Outputs[3], dy[1]);
        return [null, gradient.Outputs[0], null, gradient.Outputs[1]];
    }

    private static void RangeShape(ShapeContext c)
    {
        long rows = 1;
        for (int i = 0; i < 3; i++)
        {
            Shape shape = c.Input(i);
            if (shape.Rank > 1)
            {
                throw c.Error($"starts, limits and deltas are scalars or vectors, not {shape}.");
            }

            rows = !shape.HasRank ? -1 : shape.Rank == 1 ? c.MergeSize(rows == 1 ? -1 : rows, shape[0]) : rows;
        }

        c.Output(0, [rows < 0 ? -1 : rows + 1]);
        c.Output(1, [-1]);
    }

    private static void GatherShape(ShapeContext c)
    {
        int rank = (int)c.Int("OUTPUT_RAGGED_RANK");
        Shape values = c.InputAtLeast(c.InputCount - 2, 1);
        for (int i = 0; i < rank; i++)
        {
            c.Output(i, Shape.OfRank(1));
        }

        c.Output(rank, values.HasRank ? values.With(0, -1) : Shape.Unknown);
    }

    // The rows of values behind each index.
    private static Gradient?[] GatherGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        int rank = op.Inputs.Count - 2;
        GraphTensor values = op.Inputs[rank], indices = op.Inputs[rank + 1];
        GraphTensor splits = op.Inputs[0];
        foreach (GraphTensor inner in op.Inputs.Skip(1).Take(rank - 1))
        {
            splits = g.Gather(inner, splits);
        }

        GraphTensor flat = g.Reshape(indices, (long[])[-1]);
        GraphTensor starts = g.Gather(splits, flat), limits = g.Gather(g.Range(splits, 1, null), flat);
        GraphTensor rows = g.AddOperation("RaggedRange", null, new() { ["Tsplits"] = splits.DType }, starts, limits, 1).Outputs[1];
        Gradient?[] dx = new Gradient?[op.Inputs.Count];
        dx[rank] = Gradient.OfSlices(dy[^1]!.ToDense(g), rows, g.ShapeOf(values));
        return dx;
    }

    private static void ToSparseShape(ShapeContext c)
    {
        int splits = c.InputCount - 1;
        Shape values = c.InputAtLeast(splits, 1);
        SparseShapes.Output(c, 0, values.IsFullyDefined ? values.ElementCount : -1, values.HasRank ? values.Rank + splits : -1);
    }

    private static GraphTensor?[] ToSparseGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor values = op.Inputs[^1];
        return [.. op.Inputs.SkipLast(1).Select(_ => (GraphTensor?)null), g.Reshape(dy[1], g.ShapeOf(values))];
    }

    private static void ToTensorShape(ShapeContext c)
    {
        Shape values = c.Input(1);
        int ragged = c.Operation.Strings("row_partition_types").Count(type => type != "FIRST_DIM_SIZE");
        Shape given = c.Value(0) is { IsScalar: true } ? Shape.Unknown : c.ShapeFrom(0);
        Shape inner = values.HasRank ? Shapes.Concat(Shape.OfRank(ragged + 1), Shapes.Sub(values, 1, values.Rank)) : Shape.Unknown;
        c.Output(0, c.Merge(given, inner));
    }

    // Which value stands in each place, found by the op itself on the values' numbers.
    private static Gradient?[] ToTensorGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        (GraphTensor values, GraphTensor missing, GraphTensor d) = (op.Inputs[1], op.Inputs[2], dy[0]!.ToDense(g));
        int ragged = op.Strings("row_partition_types").Count(type => type != "FIRST_DIM_SIZE");
        GraphTensor shape = g.ShapeOf(values);
        GraphTensor numbers = g.Sequence(0, g.Element(shape, 0));
        Operand[] partitions = [.. op.Inputs.Skip(3).Select(tensor => (Operand)tensor)];
        NodeAttributes types = NodeAttributes.From(op, "row_partition_types");
        GraphTensor indices = g.Add(
            "RaggedTensorToTensor", null, types, [g.Range(g.ShapeOf(d), null, 1 + ragged), numbers, -1, .. partitions]);
        GraphTensor flatIndices = g.Reshape(indices, (long[])[-1]);
        GraphTensor rows = g.Concat([(long[])[-1], g.Range(g.ShapeOf(d), 1 + ragged, null)], 0);
        GraphTensor flat = g.Reshape(d, rows);
        GraphTensor taken = g.Squeeze(g.Add("Where", flatIndices.NotEqual(-1)), [1]), left = g.Squeeze(g.Add("Where", g.Equal(flatIndices, -1)), [1]);
        Gradient?[] dx = new Gradient?[op.Inputs.Count];
        dx[1] = Gradient.OfSlices(g.Gather(flat, taken), g.Gather(flatIndices, taken), shape);
        GraphTensor rest = g.Gather(flat, left);
        GraphTensor axes = g.Sequence(0, g.RankOf(rest) - g.RankOf(missing));
        dx[2] = Gradient.Of(g.Reshape(g.ReduceSum(rest, axes), g.ShapeOf(missing)));
        return dx;
    }
}
