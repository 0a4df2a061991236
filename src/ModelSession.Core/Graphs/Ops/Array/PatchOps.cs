namespace ModelSessions.Graphs.Ops;

/// <summary>Windows of images and volumes, each put into the channels of one place.</summary>
internal static class PatchOps
{
    private static readonly Tensor s_swapped = Tensor.From(1, 0, 2);

    public static void Define(OpTable ops)
    {
        ops.Define("ExtractImagePatches", c => PatchShape(c, 4), (g, op, dy) => ImageGradient(g, op, dy[0]));
        ops.Define("ExtractVolumePatches", c => PatchShape(c, 5), (g, op, dy) => VolumeGradient(g, op, dy[0]));
    }

    private static void PatchShape(ShapeContext c, int rank)
    {
        Shape images = c.Input(0, rank);
        IReadOnlyList<long> windows = c.Operation.Ints("ksizes"), strides = c.Operation.Ints("strides");
        IReadOnlyList<long> rates = rank == 4 ? c.Operation.Ints("rates") : [1, 1, 1, 1, 1];
        if (windows.Count != rank || strides.Count != rank || rates.Count != rank)
        {
            throw c.Error($"ksizes, strides and rates must have {rank} numbers each.");
        }

        long[] sizes = images.Dimensions.ToArray();
        long patch = 1;
        for (int i = 1; i < rank - 1; i++)
        {
            sizes[i] = Windows.Steps(c, images[i], windows[i], rates[i], strides[i], c.Text("padding"), lenient: true);
            patch *= windows[i];
        }

        sizes[^1] = images[rank - 1] < 0 ? -1 : images[rank - 1] * patch;
        c.Output(0, new Shape(sizes));
    }

    // Pixels are numbered from 1 and taken apart as the image was: 0 is padding. Then each pixel gets the sum of where it went.
    private static GraphTensor?[] ImageGradient(GraphBuilder g, GraphOperation op, GraphTensor dy)
    {
        IReadOnlyList<GraphTensor> from = Unstack(g, g.ShapeOf(op.Inputs[0], DType.Int64), 4);
        (GraphTensor batch, GraphTensor rows, GraphTensor columns, GraphTensor channels) = (from[0], from[1], from[2], from[3]);
        IReadOnlyList<GraphTensor> steps = Unstack(g, g.Range(g.ShapeOf(op.Outputs[0], DType.Int64), 1, 3), 2);
        IReadOnlyList<long> window = op.Ints("ksizes");
        GraphTensor count = rows * columns;
        GraphTensor image = g.Reshape(Numbers(g, count + 1), (Operand[])[1, rows, columns, 1]);
        GraphTensor places = g.Cast(g.Add(op.Type, op.Type, NodeAttributes.From(op, "ksizes", "strides", "rates", "padding"), image), DType.Int64);
        GraphTensor parts = g.Reshape(dy, (Operand[])[batch, steps[0], steps[1], window[1], window[2], channels]);
        GraphTensor turned = g.Transpose(parts, Tensor.From(1, 2, 3, 4, 0, 5));
        GraphTensor pixels = g.Reshape(turned, (Operand[])[-1, batch * channels]);
        GraphTensor numbers = g.Reshape(places, Tensor.From(-1)) - 1;
        GraphTensor sums = g.Reshape(g.Add("UnsortedSegmentSum", pixels, numbers, count), (Operand[])[rows, columns, batch, channels]);
        return [g.Transpose(sums, Tensor.From(2, 0, 1, 3))];
    }

    private static IReadOnlyList<GraphTensor> Unstack(GraphBuilder g, GraphTensor vector, int count) =>
        g.AddOperation("Unpack", "unstack", new NodeAttributes { ["num"] = count, ["axis"] = 0 }, vector).Outputs;

    // 1, 2, 3 … as floats, as Python takes them.
    private static GraphTensor Numbers(GraphBuilder g, GraphTensor limit)
    {
        using GraphScope scope = g.NameScope("range");
        GraphTensor start = g.Constant(1.0, DType.Float32, null, "start"), delta = g.Constant(1.0, DType.Float32, null, "delta");
        return g.Add("Range", scope.Name, null, start, g.Cast(limit, DType.Float32), delta);
    }

    // The same in three dimensions. Python goes by a sparse matrix of places, for known sizes only.
    private static GraphTensor?[] VolumeGradient(GraphBuilder g, GraphOperation op, GraphTensor dy)
    {
        GraphTensor from = g.ShapeOf(op.Inputs[0], DType.Int64), to = g.ShapeOf(op.Outputs[0], DType.Int64);
        GraphTensor batch = g.Element(from, 0), channels = g.Element(from, 4), inside = g.Range(from, 1, 4);
        GraphTensor count = g.ReduceProd(inside, 0);
        GraphTensor image = g.Reshape(g.Sequence(1, count + 1), g.Concat([Vector(1), inside, Vector(1)], 0));
        GraphTensor places = g.Add(op.Type, op.Type, NodeAttributes.From(op, "ksizes", "strides", "padding"), image);
        long patch = op.Ints("ksizes").Aggregate(1L, (product, size) => product * size);

        GraphTensor steps = g.ReduceProd(g.Range(to, 1, 4), 0);
        GraphTensor parts = g.Reshape(dy, (Operand[])[batch, steps * patch, channels]);
        GraphTensor rows = g.Reshape(g.Transpose(parts, s_swapped), (Operand[])[-1, batch * channels]);
        GraphTensor sums = g.Add("UnsortedSegmentSum", rows, g.Reshape(places, Vector(-1)) - 1, count);
        GraphTensor stacked = g.Reshape(sums, (Operand[])[count, batch, channels]);
        return [g.Reshape(g.Transpose(stacked, s_swapped), from)];
    }

    private static Operand Vector(long size) => Tensor.From(size);
}
