namespace ModelSessions.Graphs.Ops;

/// <summary>Tensors taken apart.</summary>
internal static class SplitOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Split", SplitShape, (g, op, dy) => [null, g.Concat([.. dy.Select(part => (Operand)part)], op.Inputs[0])]);
        ops.Define("SplitV", SplitVShape, (g, op, dy) => [g.Concat([.. dy.Select(part => (Operand)part)], op.Inputs[2]), null, null]);
        ops.Define("Unpack", UnpackShape, (g, op, dy) => [g.Stack([.. dy.Select(part => (Operand)part)], op.Int("axis"))], UnpackValue);
    }

    private static void SplitShape(ShapeContext c)
    {
        Shape input = c.Input(1);
        if (!input.HasRank)
        {
            return;
        }

        if (!c.TryScalar(0, out long axis))
        {
            c.Outputs(Shape.OfRank(input.Rank));
            return;
        }

        int at = c.Axis(axis, input.Rank);
        long count = c.Int("num_split");
        if (input[at] > 0 && input[at] % count != 0)
        {
            throw c.Error($"dimension {at} of {input} cannot be split into {count} equal parts.");
        }

        c.Outputs(input.With(at, input[at] < 0 ? -1 : input[at] / count));
    }

    private static void SplitVShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            return;
        }

        if (!c.TryScalar(2, out long axis))
        {
            c.Outputs(Shape.OfRank(input.Rank));
            return;
        }

        int at = c.Axis(axis, input.Rank);
        long[] sizes = c.Value(1) is { IsVector: true } value && value.Items.Count == c.OutputCount
            ? [.. value.Items.Select(size => size == PartialValue.Unknown ? -1 : size)]
            : [.. Enumerable.Repeat(-1L, c.OutputCount)];
        CheckParts(c, sizes, input[at]);
        // One size left open takes the rest.
        if (c.OutputCount == 1)
        {
            sizes[0] = input[at];
        }
        else if (input[at] >= 0 && sizes.Count(size => size < 0) == 1)
        {
            sizes[Array.IndexOf(sizes, -1)] = c.Subtract(input[at], sizes.Where(size => size >= 0).Sum());
        }

        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, input.With(at, sizes[i]));
        }
    }

    private static void CheckParts(ShapeContext c, long[] parts, long size)
    {
        bool wrong = parts.Any(part => part < -1) || (size >= 0 && parts.All(part => part >= 0) && parts.Sum() != size);
        if (wrong)
        {
            throw c.Error($"parts of the sizes [{string.Join(", ", parts)}] cannot be cut from a dimension of size {size}.");
        }
    }

    private static void UnpackShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            return;
        }

        int axis = c.Axis(c.Int("axis"), input.Rank);
        c.MergeSize(input[axis], c.Int("num"));
        c.Outputs(new Shape([.. input.Dimensions[..axis], .. input.Dimensions[(axis + 1)..]]));
    }

    private static void UnpackValue(ShapeContext c)
    {
        if (c.Value(0) is { IsVector: true } value && value.Items.Count == c.OutputCount)
        {
            for (int i = 0; i < c.OutputCount; i++)
            {
                c.SetValue(i, PartialValue.Scalar(value.Items[i]));
            }
        }
    }
}
