namespace ModelSessions.Graphs.Ops;

/// <summary>Windows of images and volumes, each put into the channels of one place.</summary>
internal static class PatchOps
{
    private static readonly Tensor s_swapped = Tensor.From(1, 0, 2);

    public static void Define(OpTable ops)
    {
        ops.Define("ExtractImagePatches", c => PatchShape(c, 4), (g, op, dy) => PatchGradient(g, op, dy[0], ["ksizes", "strides", "rates", "padding"]));
        ops.Define("ExtractVolumePatches", c => PatchShape(c, 5), (g, op, dy) => PatchGradient(g, op, dy[0], ["ksizes", "strides", "padding"]));
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
            sizes[i] = Windows.Steps(c, images[i], windows[i], rates[i], strides[i], c.Text("padding"));
            patch *= windows[i];
        }

        sizes[^1] = images[rank - 1] < 0 ? -1 : images[rank - 1] * patch;
        c.Output(0, new Shape(sizes));
    }

    // Pixels are numbered from 1 and taken apart as the image was: 0 is padding. Then each pixel gets the sum of where it went.
    private static GraphTensor?[] PatchGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, string[] names)
    {
        int space = op.Inputs[0].Shape.HasRank ? op.Inputs[0].Shape.Rank - 2 : op.Ints("ksizes").Count - 2;
        GraphTensor from = g.ShapeOf(op.Inputs[0], DType.Int64), to = g.ShapeOf(op.Outputs[0], DType.Int64);
        GraphTensor batch = g.Element(from, 0), channels = g.Element(from, space + 1);
        GraphTensor inside = g.Range(from, 1, space + 1);
        GraphTensor count = g.ReduceProd(inside, 0);
        GraphTensor numbers = g.Cast(g.Sequence(1, count + 1), DType.Float64);
        GraphTensor image = g.Reshape(numbers, g.Concat([Vector(1), inside, Vector(1)], 0));
        GraphTensor places = g.Cast(g.Add(op.Type, op.Type, NodeAttributes.From(op, names), image), DType.Int64);
        long patch = op.Ints("ksizes").Aggregate(1L, (product, size) => product * size);

        GraphTensor steps = g.Range(to, 1, space + 1);
        GraphTensor parts = g.Reshape(dy, g.Concat([g.Reshape(batch, Vector(1)), g.Reshape(g.ReduceProd(steps, 0) * patch, Vector(1)), g.Reshape(channels, Vector(1))], 0));
        GraphTensor rows = g.Reshape(g.Transpose(parts, s_swapped), g.Concat([Vector(-1), g.Reshape(batch * channels, Vector(1))], 0));
        GraphTensor sums = g.Add("UnsortedSegmentSum", rows, g.Reshape(places, Vector(-1)) - 1, count);
        GraphTensor stacked = g.Reshape(sums, g.Concat([g.Reshape(count, Vector(1)), g.Reshape(batch, Vector(1)), g.Reshape(channels, Vector(1))], 0));
        return [g.Reshape(g.Transpose(stacked, s_swapped), from)];
    }

    private static Operand Vector(long size) => Tensor.From(size);
}
