namespace ModelSessions.Conformance.Fuzz;

/// <summary>Nodes that move elements.</summary>
internal static class RandomArrays
{
    public static IReadOnlyList<Action<RandomGraph>> Nodes { get; } =
    [
        Reshape, Transpose, ExpandDims, Squeeze, Concat, Pack, Unpack, Split, Slice, StridedSlice, StridedSlice, Pad, Tile, Gather, GatherNd, OneHot, Reverse, BroadcastTo,
        Sizes, MatrixParts, Roll, Scatter, Stitch, Where,
    ];

    private static GraphTensor Any(RandomGraph g, int minRank = 0, int maxRank = 4) =>
        g.Choose.Next(4) == 0 ? g.Take(g.Choose.Of(DType.Int32, DType.Bool, DType.Int64), minRank, maxRank) : g.Float(minRank, maxRank);

    private static void Reshape(RandomGraph g)
    {
        GraphTensor x = Any(g);
        List<int> sizes = [.. x.Shape.Select(size => (int)size)];
        if (sizes.Count > 1 && g.Choose.Flag())
        {
            int at = g.Choose.Next(sizes.Count - 1);
            sizes[at] *= sizes[at + 1];
            sizes.RemoveAt(at + 1);
        }
        else
        {
            sizes.Insert(g.Choose.Next(sizes.Count + 1), 1);
        }

        if (g.Choose.Flag())
        {
            sizes[g.Choose.Next(sizes.Count)] = -1;
        }

        g.Add("Reshape", null, x, Tensor.From(sizes.ToArray()));
    }

    private static void Transpose(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        g.Add("Transpose", null, x, Tensor.From(g.Choose.Permutation(x.Shape.Rank)));
    }

    private static void ExpandDims(RandomGraph g)
    {
        GraphTensor x = Any(g, 0, 3);
        g.Add("ExpandDims", null, x, Tensor.Scalar(g.Choose.Between(-x.Shape.Rank - 1, x.Shape.Rank)));
    }

    private static void Squeeze(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        long[] ones = [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => x.Shape[axis] == 1 && g.Choose.Flag()).Select(axis => (long)axis)];
        g.Add("Squeeze", new() { ["squeeze_dims"] = ones }, x);
    }

    private static void Concat(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int axis = g.Choose.Next(x.Shape.Rank);
        Operand[] parts = [.. Enumerable.Range(0, g.Choose.Between(1, 3)).Select(_ => (Operand)g.Placeholder(x.DType, x.Shape.With(axis, g.Choose.Between(1, 3))))];
        g.Add("ConcatV2", null, [x, .. parts, Tensor.Scalar(g.Choose.Flag() ? axis : axis - x.Shape.Rank)]);
    }

    private static void Pack(RandomGraph g)
    {
        GraphTensor x = Any(g, 0, 3);
        Operand[] parts = [.. Enumerable.Range(0, g.Choose.Between(1, 3)).Select(_ => (Operand)g.Take(x.DType, x.Shape.Rank, x.Shape.Rank, x.Shape.Equals)), x];
        g.Add("Pack", new() { ["axis"] = g.Choose.Between(-x.Shape.Rank - 1, x.Shape.Rank) }, parts);
    }

    private static void Unpack(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int axis = g.Choose.Next(x.Shape.Rank);
        g.Add("Unpack", new() { ["num"] = x.Shape[axis], ["axis"] = axis }, x);
    }

    private static void Split(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int axis = g.Choose.Next(x.Shape.Rank);
        int[] counts = [.. Enumerable.Range(1, (int)x.Shape[axis]).Where(count => x.Shape[axis] % count == 0)];
        if (g.Choose.Flag() || counts.Length == 0)
        {
            int first = g.Choose.Between(0, (int)x.Shape[axis]);
            g.Add("SplitV", new() { ["num_split"] = 2 }, x, Tensor.From(first, g.Choose.Flag() ? -1 : (int)x.Shape[axis] - first), Tensor.Scalar(axis));
        }
        else
        {
            g.Add("Split", new() { ["num_split"] = g.Choose.Of(counts) }, Tensor.Scalar(axis), x);
        }
    }

    private static void Slice(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int[] begin = [.. x.Shape.Select(size => g.Choose.Next((int)size + 1))];
        int[] size = [.. begin.Select((from, axis) => g.Choose.Flag() ? -1 : g.Choose.Between(0, (int)x.Shape[axis] - from))];
        g.Add("Slice", null, x, Tensor.From(begin), Tensor.From(size));
    }

    private static void StridedSlice(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int rank = x.Shape.Rank, spec = g.Choose.Between(1, rank);
        int[] begin = new int[spec], end = new int[spec], strides = new int[spec];
        long shrink = 0;
        for (int i = 0; i < spec; i++)
        {
            int size = (int)x.Shape[i];
            (begin[i], end[i], strides[i]) = (g.Choose.Between(-size - 1, size), g.Choose.Between(-size - 1, size + 1), g.Choose.Of(1, 1, 2, -1, -2));
            if (size > 0 && g.Choose.Next(4) == 0)
            {
                (begin[i], strides[i]) = (g.Choose.Between(-size, size - 1), 1);
                shrink |= 1L << i;
            }
        }

        long Mask(int odds) => Enumerable.Range(0, spec).Sum(i => g.Choose.Next(odds) == 0 ? 1L << i : 0);
        long begins = Mask(3), ends = Mask(3), ellipsis = g.Choose.Next(4) == 0 ? 1L << g.Choose.Next(spec) : 0;

        // What stands after an ellipsis is of the last dimensions, whose sizes are others.
        shrink = ellipsis != 0 ? 0 : shrink;
        long added = Mask(6) & ~shrink & ~ellipsis;
        if (spec - System.Numerics.BitOperations.PopCount((ulong)(added | ellipsis)) > rank || (added != 0 && shrink != 0))
        {
            added = 0;
        }

        g.Add(
            "StridedSlice",
            new() { ["begin_mask"] = begins & ~shrink, ["end_mask"] = ends, ["shrink_axis_mask"] = shrink, ["ellipsis_mask"] = ellipsis, ["new_axis_mask"] = added },
            x, Tensor.From(begin), Tensor.From(end), Tensor.From(strides));
    }

    private static void Pad(RandomGraph g)
    {
        bool mirror = g.Choose.Next(3) == 0;
        GraphTensor x = g.Float(1, 4);
        int rank = x.Shape.Rank;
        int[] around = [.. Enumerable.Range(0, 2 * rank).Select(i => g.Choose.Between(0, mirror ? (int)Math.Clamp(x.Shape[i / 2] - 1, 0, 2) : 2))];
        Tensor paddings = Tensor.From<int>(around, [rank, 2]);
        if (mirror)
        {
            g.Add("MirrorPad", new() { ["mode"] = g.Choose.Of("REFLECT", "SYMMETRIC") }, x, paddings);
        }
        else
        {
            g.Add("Pad", null, x, paddings);
        }
    }

    private static void Tile(RandomGraph g)
    {
        GraphTensor x = Any(g, 1, 3);
        g.Add("Tile", null, x, Tensor.From([.. x.Shape.Select(_ => g.Choose.Between(1, 3))]));
    }

    private static void Gather(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        int axis = g.Choose.Next(x.Shape.Rank), count = g.Choose.Between(1, 4);
        if (x.Shape[axis] > 0)
        {
            g.Add("GatherV2", null, x, Tensor.From([.. Enumerable.Range(0, count).Select(_ => g.Choose.Next((int)x.Shape[axis]))]), Tensor.Scalar(axis));
        }
    }

    private static void GatherNd(RandomGraph g)
    {
        GraphTensor x = g.Float(1, 3);
        int depth = g.Choose.Between(1, x.Shape.Rank), count = g.Choose.Between(1, 3);
        if (x.Shape.ElementCount > 0)
        {
            int[] indices = [.. Enumerable.Range(0, count * depth).Select(i => g.Choose.Next((int)x.Shape[i % depth]))];
            g.Add("GatherNd", null, x, Tensor.From<int>(indices, [count, depth]));
        }
    }

    private static void OneHot(RandomGraph g)
    {
        GraphTensor x = g.Take(DType.Int32, 0, 2);
        g.Add("OneHot", new() { ["axis"] = g.Choose.Between(-1, x.Shape.Rank) }, x, Tensor.Scalar(g.Choose.Between(1, 4)), Tensor.Scalar(1f), Tensor.Scalar(-0.5f));
    }

    private static void Reverse(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        g.Add("ReverseV2", null, x, Tensor.From(g.Choose.Some(x.Shape.Rank)));
    }

    private static void BroadcastTo(RandomGraph g)
    {
        GraphTensor x = Any(g, 0, 3);
        int[] sizes = [.. x.Shape.Select(size => size == 1 ? g.Choose.Between(1, 3) : (int)size)];
        g.Add("BroadcastTo", null, x, Tensor.From(g.Choose.Flag() ? [g.Choose.Between(1, 3), .. sizes] : sizes));
    }

    private static void Sizes(RandomGraph g) => g.Add(g.Choose.Of("Shape", "Size", "Rank"), null, Any(g));

    private static void MatrixParts(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 3);
        if (g.Choose.Flag())
        {
            g.Add("MatrixBandPart", null, x, Tensor.Scalar((long)g.Choose.Between(-1, (int)x.Shape[-2])), Tensor.Scalar((long)g.Choose.Between(-1, (int)x.Shape[-1])));
        }
        else
        {
            g.Add(g.Choose.Of("MatrixDiagPart", "MatrixDiag"), null, x);
        }
    }

    private static void Roll(RandomGraph g)
    {
        GraphTensor x = Any(g, 1);
        g.Add("Roll", null, x, Tensor.Scalar(g.Choose.Between(-4, 4)), Tensor.Scalar(g.Choose.Next(x.Shape.Rank)));
    }

    private static void Scatter(RandomGraph g)
    {
        GraphTensor x = g.Float(1, 3);
        if (x.Shape.ElementCount > 0)
        {
            int row = g.Choose.Next((int)x.Shape[0]);
            GraphTensor update = g.Placeholder(x.DType, x.Shape.With(0, 1));
            g.Add(g.Choose.Of("TensorScatterUpdate", "TensorScatterAdd", "TensorScatterSub"), null, x, Tensor.From<int>([row], [1, 1]), update);
        }
    }

    private static void Stitch(RandomGraph g)
    {
        GraphTensor x = g.Float(1, 3);
        int rows = (int)x.Shape[0];
        GraphTensor y = g.Placeholder(x.DType, x.Shape.With(0, 2));
        int[] order = g.Choose.Permutation(rows + 2);
        g.Add("DynamicStitch", null, Tensor.From<int>(order.AsSpan(0, rows)), Tensor.From<int>(order.AsSpan(rows)), x, y);
    }

    // Its shape is not known before: what follows from it is summed up.
    private static void Where(RandomGraph g)
    {
        GraphTensor places = g.Builder.Add("Where", g.Take(DType.Bool, 1, 3));
        g.Add("Sum", null, places, Tensor.From(0, 1));
    }
}
