namespace ModelSessions.Graphs.Ops;

/// <summary>Elements in another order.</summary>
internal static class PermuteOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchToSpace", c => BlockShape(c, toBatch: false), (g, op, dy) => [InBlocks(g, op, "SpaceToBatchND", dy[0]), null]);
        ops.Define("BatchToSpaceND", c => BlockShape(c, toBatch: false), (g, op, dy) => [g.Add("SpaceToBatchND", dy[0], op.Inputs[1], op.Inputs[2]), null, null]);
        ops.Define("ConjugateTranspose", TransposeShape, (g, op, dy) => [g.Add(dy[0].DType.IsComplex() ? "ConjugateTranspose" : "Transpose", "transpose", null, dy[0], g.Add("InvertPermutation", op.Inputs[1])), null]);
        ops.Define("DepthToSpace", c => Blocks(c, toDepth: false), (g, op, dy) => [g.Add("SpaceToDepth", "SpaceToDepth", NodeAttributes.From(op, "block_size", "data_format"), dy[0])]);
        ops.DefineStop("InvertPermutation", c => c.Output(0, c.Input(0, 1)), InvertValue);
        ops.Define("Reverse", Shapes.SameAsInput, (g, op, dy) => [g.Add("Reverse", dy[0], op.Inputs[1]), null]);
        ops.Define("ReverseSequence", Shapes.SameAsInput, (g, op, dy) => [g.Add("ReverseSequence", "ReverseSequence", NodeAttributes.From(op, "batch_dim", "seq_dim"), dy[0], op.Inputs[1]), null]);
        ops.Define("ReverseV2", Shapes.SameAsInput, (g, op, dy) => [g.Add("ReverseV2", dy[0], op.Inputs[1]), null]);
        ops.Define("Roll", Shapes.SameAsInput, (g, op, dy) => [g.Add("Roll", dy[0], -op.Inputs[1], op.Inputs[2]), null, null]);
        ops.Define("SpaceToBatch", c => BlockShape(c, toBatch: true), (g, op, dy) => [InBlocks(g, op, "BatchToSpaceND", dy[0]), null]);
        ops.Define("SpaceToBatchND", c => BlockShape(c, toBatch: true), (g, op, dy) => [g.Add("BatchToSpaceND", dy[0], op.Inputs[1], op.Inputs[2]), null, null]);
        ops.Define("SpaceToDepth", c => Blocks(c, toDepth: true), (g, op, dy) => [g.Add("DepthToSpace", "DepthToSpace", NodeAttributes.From(op, "block_size", "data_format"), dy[0])]);
        ops.Define("Transpose", TransposeShape, (g, op, dy) => [g.Add("Transpose", "transpose", null, dy[0], g.Add("InvertPermutation", op.Inputs[1])), null], TransposeValue);
    }

    private static GraphTensor InBlocks(GraphBuilder g, GraphOperation op, string type, GraphTensor dy)
    {
        using GraphScope scope = g.NameScope(type);
        GraphTensor block = g.Constant(Scalars.CreateVector([op.Int("block_size"), op.Int("block_size")], DType.Int64), "block_shape");
        return g.Add(type, scope.Name, null, dy, block, op.Inputs[1]);
    }

    private static void TransposeShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        PartialValue? permutation = c.Value(1);
        int rank = input.HasRank ? input.Rank : permutation?.Items.Count ?? (c.Input(1) is { Rank: 1 } vector ? (int)vector[0] : -1);
        if (rank < 0)
        {
            return;
        }

        input = c.Input(0, rank);
        c.Merge(c.Input(1), [rank]);
        if (permutation is null || permutation.Items.Count != rank)
        {
            c.Output(0, rank < 2 ? input : Shape.OfRank(rank));
            return;
        }

        c.Output(0, new Shape([.. permutation.Items.Select(axis => axis == PartialValue.Unknown ? -1 : input[c.Axis(axis, rank)])]));
    }

    // Of a matrix, where that is what is asked for.
    private static void TransposeValue(ShapeContext c)
    {
        if (c.Value(0) is { Shape: { Rank: 2 } shape } value && c.Value(1) is { Items: [1, 0] })
        {
            (int rows, int columns) = ((int)shape[0], (int)shape[1]);
            c.SetValue(0, PartialValue.Vector([.. Enumerable.Range(0, rows * columns).Select(i => value.Items[i % rows * columns + i / rows])]).As([columns, rows]));
        }
    }

    private static void InvertValue(ShapeContext c)
    {
        if (c.Value(0) is not { IsVector: true, IsKnown: true } permutation)
        {
            return;
        }

        long[] inverse = new long[permutation.Items.Count];
        for (int i = 0; i < inverse.Length; i++)
        {
            if (permutation.Items[i] < 0 || permutation.Items[i] >= inverse.Length)
            {
                return;
            }

            inverse[permutation.Items[i]] = i;
        }

        c.SetValue(0, PartialValue.Vector(inverse));
    }

    // Blocks of the dimensions after the batch go into the batch, after padding; or come out of it, before cropping.
    private static void BlockShape(ShapeContext c, bool toBatch)
    {
        Shape input = c.Input(0);
        long[]? blocks = c.InputCount == 2 ? [c.Int("block_size"), c.Int("block_size")] : c.Value(1) is { IsKnown: true } known ? [.. known.Items] : null;
        if (!input.HasRank || blocks is null)
        {
            c.Output(0, input.HasRank ? Shape.OfRank(input.Rank) : Shape.Unknown);
            return;
        }

        long product = 1;
        IReadOnlyList<long>? borders = c.Value(c.InputCount - 1) is { IsKnown: true, Shape.Rank: 2 } around ? around.Items : null;
        long[] sizes = input.Dimensions.ToArray();
        for (int i = 0; i < blocks.Length && i + 1 < sizes.Length; i++)
        {
            long size = sizes[i + 1], factor = blocks[i], border = borders is null ? -1 : borders[2 * i] + borders[2 * i + 1];
            if (factor < 1)
            {
                throw c.Error($"block sizes must be positive; {factor} is not.");
            }

            product *= factor;
            sizes[i + 1] = size < 0 || border < 0 ? -1 : toBatch ? (size + border) / factor : size * factor - border;
        }

        sizes[0] = sizes[0] < 0 ? -1 : toBatch ? sizes[0] * product : sizes[0] / product;
        c.Output(0, new Shape(sizes));
    }

    private static void Blocks(ShapeContext c, bool toDepth)
    {
        if (c.Text("data_format") != "NHWC")
        {
            return;
        }

        Shape input = c.Input(0, 4);
        long block = c.Int("block_size");
        long Spatial(long size) => size < 0 ? -1 : toDepth ? size / block : size * block;
        long Depth(long size) => size < 0 ? -1 : toDepth ? size * block * block : size / (block * block);
        c.Output(0, [input[0], Spatial(input[1]), Spatial(input[2]), Depth(input[3])]);
    }
}
