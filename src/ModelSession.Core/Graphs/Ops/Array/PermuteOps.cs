namespace ModelSessions.Graphs.Ops;

/// <summary>Elements in another order.</summary>
internal static class PermuteOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchToSpace", c => BlockShape(c, toBatch: false), (g, op, dy) => [InBlocks(g, op, "SpaceToBatchND", dy[0]), null]);
        ops.Define("BatchToSpaceND", c => BlockShape(c, toBatch: false), (g, op, dy) => [g.Add("SpaceToBatchND", dy[0], op.Inputs[1], op.Inputs[2]), null, null]);
        ops.Define("ConjugateTranspose", TransposeShape, (g, op, dy) => [g.Add(dy[0].DType.IsComplex() ? "ConjugateTranspose" : "Transpose", "transpose", null, dy[0], g.Add("InvertPermutation", op.Inputs[1])), null]);
        ops.Define("DataFormatDimMap", Shapes.SameAsInput);
        ops.Define("DataFormatVecPermute", Shapes.SameAsInput);
        ops.Define("DepthToSpace", c => Blocks(c, toDepth: false), (g, op, dy) => [g.Add("SpaceToDepth", "SpaceToDepth", NodeAttributes.From(op, "block_size", "data_format"), dy[0])]);
        ops.DefineStop("InvertPermutation", c => c.Output(0, c.Input(0, 1)), InvertValue);
        ops.Define("Reverse", FlagsShape, (g, op, dy) => [g.Add("Reverse", dy[0], op.Inputs[1]), null]);
        ops.Define("ReverseSequence", SequenceShape, (g, op, dy) => [g.Add("ReverseSequence", "ReverseSequence", NodeAttributes.From(op, "batch_dim", "seq_dim"), dy[0], op.Inputs[1]), null]);
        ops.Define("ReverseV2", AxesShape, (g, op, dy) => [g.Add("ReverseV2", dy[0], op.Inputs[1]), null]);
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

    // A flag for each dimension.
    private static void FlagsShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        long count = c.Input(1, 1)[0];
        c.Output(0, count is >= 0 and <= byte.MaxValue ? c.Input(0, (int)count) : input);
    }

    private static void AxesShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (input.HasRank && c.Value(1) is { } axes)
        {
            foreach (long axis in axes.Items.Where(axis => axis != PartialValue.Unknown))
            {
                c.Axis(axis, input.Rank);
            }
        }

        c.Output(0, input);
    }

    // A length for each row of the batch.
    private static void SequenceShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            c.Output(0, input);
            return;
        }

        long batch = c.Int("batch_dim"), sequence = c.Int("seq_dim");
        if (batch >= input.Rank || sequence >= input.Rank || batch < 0 || sequence < 0)
        {
            throw c.Error($"there is no batch dimension {batch}, or no dimension {sequence}, in {input}.");
        }

        c.Output(0, input.With((int)batch, c.MergeSize(input[(int)batch], c.Input(1, 1)[0])));
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
        CheckBlocks(c);
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
            if (factor < 1 || (borders is not null && (borders[2 * i] < 0 || borders[2 * i + 1] < 0)))
            {
                throw c.Error($"block sizes must be positive, paddings and crops not negative; dimension {i + 1} has {factor} and {border}.");
            }

            product *= factor;
            sizes[i + 1] = size < 0 || border < 0 ? -1 : toBatch ? c.Divide(size + border, factor) : c.Subtract(size * factor, border);
        }

        sizes[0] = sizes[0] < 0 ? -1 : toBatch ? sizes[0] * product : c.Divide(sizes[0], product);
        c.Output(0, new Shape(sizes));
    }

    // One row of two borders for each block; the images must have as many dimensions, and the batch.
    private static void CheckBlocks(ShapeContext c)
    {
        bool isOld = c.InputCount == 2;
        long count = isOld ? 2 : c.Input(1, 1)[0];
        if (count >= 0)
        {
            c.Merge(c.Input(c.InputCount - 1), [count, 2]);
            _ = isOld ? c.Input(0, 4) : c.InputAtLeast(0, (int)Math.Min(count, byte.MaxValue) + 1);
        }
    }

    private static void Blocks(ShapeContext c, bool toDepth)
    {
        if (c.Text("data_format") is not ("NHWC" or "NCHW"))
        {
            return;
        }

        Shape input = c.Input(0, 4);
        long block = c.Int("block_size");
        long Spatial(long size) => size < 0 ? -1 : toDepth ? c.Divide(size, block) : size * block;
        long Depth(long size) => size < 0 ? -1 : toDepth ? size * block * block : c.Divide(size, block * block);
        c.Output(0, c.Text("data_format") == "NHWC"
            ? [input[0], Spatial(input[1]), Spatial(input[2]), Depth(input[3])]
            : [input[0], Depth(input[1]), Spatial(input[2]), Spatial(input[3])]);
    }
}
