namespace ModelSessions.Graphs.Ops;

/// <summary>Sums, means, extremes over axes.</summary>
internal static class ReductionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("All", ReductionShape);
        ops.Define("Any", ReductionShape);
        ops.DefineStop("ArgMax", ArgumentShape);
        ops.DefineStop("ArgMin", ArgumentShape);
        ops.Define("EuclideanNorm", ReductionShape, EuclideanNormGradient);
        ops.Define("Max", ReductionShape, ExtremeGradient, c => Fold(c, Math.Max));
        ops.Define("Mean", ReductionShape, MeanGradient);
        ops.Define("Min", ReductionShape, ExtremeGradient, c => Fold(c, Math.Min));
        ops.Define("Prod", ReductionShape, ProdGradient, c => Fold(c, (x, y) => unchecked(x * y), 1));
        ops.Define("Sum", ReductionShape, SumGradient, c => Fold(c, (x, y) => unchecked(x + y), 0));
    }

    /// <summary>The shape of a reduction that keeps its dimensions, with size 1: a list of sizes if it is known, else nodes.</summary>
    internal static Operand ReducedShape(GraphBuilder g, GraphTensor shape, GraphTensor axes)
    {
        if (shape.Value is { IsKnown: true } known && axes.Value is { IsKnown: true } reduced)
        {
            return KeptShape(known.Items, reduced.Items);
        }

        GraphTensor sizes = g.Cast(shape, DType.Int32), given = g.Cast(axes, DType.Int32);
        GraphTensor rank = g.SizeOf(sizes);
        GraphTensor positive = (given + rank) % rank;
        GraphTensor count = g.ShapeOf(positive);
        GraphTensor all = g.Sequence(0, rank), ones = g.Ones(count, DType.Int32);
        return g.Add("DynamicStitch", all, positive, sizes, ones);
    }

    private static long[] KeptShape(IReadOnlyList<long> sizes, IReadOnlyList<long> axes)
    {
        long[] kept = [.. sizes];
        foreach (long axis in axes)
        {
            kept[axis < 0 ? axis + kept.Length : axis] = 1;
        }

        return kept;
    }

    internal static void ReductionShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        bool keep = c.Flag("keep_dims");
        if (c.Input(1).Rank > 1)
        {
            throw c.Error($"the axes '{c.Operation.Inputs[1].Name}' have the shape {c.Input(1)}; they must be a vector or one number.");
        }

        if (!input.HasRank)
        {
            return;
        }

        if (c.Value(1) is not { IsKnown: true } axes)
        {
            c.Outputs(keep ? Shape.OfRank(input.Rank) : c.Input(1).Rank == 1 && c.Input(1)[0] == 0 ? input : Shape.Unknown);
            return;
        }

        HashSet<int> reduced = [.. axes.Items.Select(axis => c.Axis(axis, input.Rank))];
        List<long> sizes = [];
        for (int axis = 0; axis < input.Rank; axis++)
        {
            if (keep || !reduced.Contains(axis))
            {
                sizes.Add(reduced.Contains(axis) ? 1 : input[axis]);
            }
        }

        c.Outputs(new Shape([.. sizes]));
    }

    private static void ArgumentShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            return;
        }

        if (input.Rank <= 1 || !c.TryScalar(1, out long axis))
        {
            c.Output(0, input.Rank <= 1 ? Shape.Scalar : Shape.OfRank(Math.Max(0, input.Rank - 1)));
            return;
        }

        int at = c.Axis(axis, input.Rank);
        c.Output(0, new Shape([.. input.Dimensions[..at], .. input.Dimensions[(at + 1)..]]));
    }

    // Over a vector, all of it: what shapes are computed with.
    private static void Fold(ShapeContext c, Func<long, long, long> function, long? empty = null)
    {
        bool scalar = c.Operation.Outputs[0].Shape.Rank == 0;
        if (c.Value(0) is not { IsVector: true, IsKnown: true } value || !scalar || (value.Items.Count == 0 && empty is null))
        {
            return;
        }

        long result = empty ?? value.Items[0];
        foreach (long item in empty is null ? value.Items.Skip(1) : value.Items)
        {
            result = function(result, item);
        }

        c.SetValue(0, PartialValue.Scalar(result));
    }

    private static GraphTensor?[] SumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => [Spread(g, op, dy[0]), null];

    // The gradient of a sum: each element of the input gets that of its sum.
    private static GraphTensor Spread(GraphBuilder g, GraphOperation op, GraphTensor dy)
    {
        GraphTensor x = op.Inputs[0];
        if (x.Shape.HasRank && op.Inputs[1].Value is { IsKnown: true } axes)
        {
            if (axes.Items.SequenceEqual(Enumerable.Range(0, x.Shape.Rank).Select(axis => (long)axis)))
            {
                GraphTensor one = g.Reshape(dy, Enumerable.Repeat(1L, x.Shape.Rank).ToArray());
                return g.Tile(one, x.Shape.IsFullyDefined ? g.Constant(Scalars.CreateVector(x.Shape.Dimensions, DType.Int32)) : g.ShapeOf(x));
            }

            if (x.Shape.IsFullyDefined)
            {
                long[] kept = KeptShape([.. x.Shape], axes.Items);
                GraphTensor reshaped = g.Reshape(dy, kept);
                return g.Tile(reshaped, kept.Select((size, axis) => x.Shape[axis] / Math.Max(size, 1)).ToArray());
            }
        }

        GraphTensor shape = g.ShapeOf(x);
        if (!op.Bool("keep_dims"))
        {
            Operand kept;
            using (g.ColocateWith(shape.Operation))
            {
                kept = ReducedShape(g, shape, op.Inputs[1]);
            }

            dy = g.Reshape(dy, kept);
        }

        return g.Add("BroadcastTo", dy, shape);
    }

    private static GraphTensor?[] MeanGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor sum = Spread(g, op, dy[0]);
        Shape input = op.Inputs[0].Shape, output = op.Outputs[0].Shape;
        GraphTensor factor;
        if (input.IsFullyDefined && output.IsFullyDefined)
        {
            factor = g.Constant(input.ElementCount / Math.Max(output.ElementCount, 1), sum.DType);
        }
        else
        {
            GraphTensor shape = g.ShapeOf(op.Inputs[0]), rank = g.SizeOf(shape);
            GraphTensor axes = (op.Inputs[1] + rank) % rank;
            factor = g.ReduceProd(g.Gather(shape, axes));
        }

        return [g.Divide(sum, g.Cast(factor, sum.DType)), null];
    }

    private static GraphTensor?[] ExtremeGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[0]);
        GraphTensor y = op.Outputs[0], gradient = dy[0];
        Operand kept;
        if (op.Bool("keep_dims"))
        {
            kept = g.ShapeOf(y);
        }
        else
        {
            kept = ReducedShape(g, shape, op.Inputs[1]);
            y = g.Reshape(y, kept);
            gradient = g.Reshape(gradient, kept);
        }

        // Elements that are equally extreme share the gradient.
        GraphTensor chosen = g.Cast(g.Equal(y, op.Inputs[0]), gradient.DType);
        GraphTensor count = g.Reshape(g.ReduceSum(chosen, op.Inputs[1]), kept);
        return [chosen / count * gradient, null];
    }

    private static GraphTensor?[] EuclideanNormGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor y = op.Outputs[0], gradient = dy[0];
        if (!op.Bool("keep_dims"))
        {
            Operand kept = ReducedShape(g, g.ShapeOf(op.Inputs[0]), op.Inputs[1]);
            y = g.Reshape(y, kept);
            gradient = g.Reshape(gradient, kept);
        }

        return [op.Inputs[0] / (y / gradient), null];
    }

    // As a product of two running products without the element itself, which zeros do no harm.
    private static GraphTensor?[] ProdGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor x = op.Inputs[0], shape = g.ShapeOf(x), gradient = dy[0];
        GraphTensor axes = g.Reshape(op.Inputs[1], (long[])[-1]);
        if (!op.Bool("keep_dims"))
        {
            gradient = g.Reshape(gradient, ReducedShape(g, shape, op.Inputs[1]));
        }

        gradient = g.Add("BroadcastTo", gradient, shape);
        GraphTensor permutation, reducedCount, otherCount;
        using (g.Device("/cpu:0"))
        {
            GraphTensor rank = g.RankOf(x);
            GraphTensor reduced = g.Cast((axes + rank) % rank, DType.Int32);
            GraphTensor others = g.Add("ListDiff", g.Sequence(0, rank), reduced);
            permutation = g.Concat([reduced, others], 0);
            reducedCount = g.ReduceProd(g.Gather(shape, reduced));
            otherCount = g.ReduceProd(g.Gather(shape, others));
        }

        GraphTensor permuted = g.Transpose(x, permutation);
        GraphTensor permutedShape = g.ShapeOf(permuted);
        GraphTensor matrix = g.Reshape(permuted, (Operand[])[reducedCount, otherCount]);
        GraphTensor before = ScanOps.Product(g, matrix, 0, exclusive: true, reverse: false);
        GraphTensor after = ScanOps.Product(g, matrix, 0, exclusive: true, reverse: true);
        GraphTensor y = g.Reshape(g.Conjugate(before) * g.Conjugate(after), permutedShape);
        GraphTensor result = gradient * g.Transpose(y, g.Add("InvertPermutation", permutation));
        return [g.Reshape(result, shape), null];
    }
}
