namespace ModelSessions.Graphs.Ops;

/// <summary>Einstein's sums.</summary>
internal static class EinsumOps
{
    public static void Define(OpTable ops) => ops.Define("Einsum", SumShape, SumGradient);

    private static void SumShape(ShapeContext c)
    {
        EinsumEquation equation = EinsumEquation.Parse(c.Text("equation"), c.InputCount);
        Dictionary<int, long> sizes = [];
        int most = 0;
        for (int i = 0; i < c.InputCount; i++)
        {
            Shape input = c.Input(i);
            string labels = equation.Inputs[i];
            bool broadcasts = labels.Contains('.', StringComparison.Ordinal);
            if (!input.HasRank)
            {
                if (broadcasts)
                {
                    return;
                }

                input = Shape.OfRank(labels.Length);
            }

            int broadcast = broadcasts ? input.Rank - labels.Length + 1 : 0;
            int[] expanded = broadcast >= 0 ? EinsumEquation.Expand(labels, broadcast) : [];
            if (expanded.Length != input.Rank)
            {
                throw c.Error($"input {i} of shape {input} does not fit '{labels}' in '{c.Text("equation")}'.");
            }

            most = Math.Max(most, broadcast);
            for (int axis = 0; axis < expanded.Length; axis++)
            {
                sizes[expanded[axis]] = Merge(c, expanded[axis], sizes.GetValueOrDefault(expanded[axis], expanded[axis] < 'A' ? 1 : -1), input[axis]);
            }
        }

        c.Output(0, new Shape([.. EinsumEquation.Expand(equation.Output, most).Select(label => sizes[label])]));
    }

    private static long Merge(ShapeContext c, int label, long known, long size) => label >= 'A'
        ? c.MergeSize(known, size)
        : known == 1 ? size : size == 1 ? known : c.MergeSize(known, size);

    private static GraphTensor?[] SumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        string[] halves = op.String("equation").Split("->");
        string output = halves[1];
        if (op.Inputs.Count == 1)
        {
            GraphTensor shape = g.ShapeOf(op.Inputs[0]);
            string dropped = Without(halves[0], output + ".");
            return [dropped.Length == 0 ? Sum(g, $"{output}->{halves[0]}", dy[0]) : Spread(g, dy[0], output, halves[0], shape, dropped)];
        }

        string[] inputs = halves[0].Split(',');
        bool broadcasts = output.Contains("...", StringComparison.Ordinal);
        string xLabels = broadcasts && !inputs[0].Contains("...", StringComparison.Ordinal) ? inputs[0] + "..." : inputs[0];
        string yLabels = broadcasts && !inputs[1].Contains("...", StringComparison.Ordinal) ? inputs[1] + "..." : inputs[1];
        GraphTensor x = g.Conjugate(op.Inputs[0]), y = g.Conjugate(op.Inputs[1]);
        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        GraphTensor gx = Side(g, dy[0], y, xShape, xLabels, yLabels, output), gy = Side(g, dy[0], x, yShape, yLabels, xLabels, output);
        if (!broadcasts)
        {
            return [gx, gy];
        }

        (int xStart, int? xEnd) = Broadcast(xLabels);
        (int yStart, int? yEnd) = Broadcast(yLabels);
        if (x.Shape.IsFullyDefined && y.Shape.IsFullyDefined && Part(x.Shape, xStart, xEnd).Equals(Part(y.Shape, yStart, yEnd)))
        {
            return [gx, gy];
        }

        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, g.Range(xShape, xStart, xEnd), g.Range(yShape, yStart, yEnd));
        GraphTensor xAxes = (Operand)xStart + axes.Outputs[0], xSum = Broadcasting.SumOver(g, gx, xAxes, xShape);
        GraphTensor yAxes = (Operand)yStart + axes.Outputs[1];
        return [xSum, Broadcasting.SumOver(g, gy, yAxes, yShape)];
    }

    private static Shape Part(Shape shape, int start, int? end) => new(shape.Dimensions[start..(shape.Rank + (end ?? 0))]);

    private static GraphTensor Sum(GraphBuilder g, string equation, params Operand[] inputs) =>
        g.Add("Einsum", "Einsum", new() { ["equation"] = equation }, inputs);

    private static string Without(string labels, string known) =>
        string.Concat(labels.Where(label => !known.Contains(label, StringComparison.Ordinal)).Distinct());

    // Which axes the ellipsis stands for.
    private static (int Start, int? End) Broadcast(string labels)
    {
        int start = labels.IndexOf("...", StringComparison.Ordinal);
        int after = labels.Length - start - 3;
        return (start, after > 0 ? -after : null);
    }

    private static GraphTensor Side(
        GraphBuilder g, GraphTensor dy, GraphTensor other, GraphTensor shape, string labels, string otherLabels, string output)
    {
        string dropped = Without(labels, output + otherLabels + ".");
        string left = string.Concat(labels.Where(label => !dropped.Contains(label, StringComparison.Ordinal)));
        GraphTensor reduced = Sum(g, $"{output},{otherLabels}->{left}", dy, other);
        return dropped.Length == 0 ? reduced : Spread(g, reduced, left, labels, shape, dropped);
    }

    // The gradient along dimensions that were only summed over.
    private static GraphTensor Spread(GraphBuilder g, GraphTensor dy, string output, string input, GraphTensor shape, string dropped)
    {
        long[] axes = [.. dropped.Select(label => (long)AxisOf(input, label))];
        GraphTensor sizes = g.Stack([.. axes.Select(axis => (Operand)g.Element(shape, (int)axis))]);
        bool repeats = input.Distinct().Count() + output.Distinct().Count() < input.Length + output.Length;
        if (!repeats && string.Concat(input.Where(label => !dropped.Contains(label, StringComparison.Ordinal))) == output)
        {
            Operand kept = ReductionOps.ReducedShape(g, shape, g.Constant(Scalars.CreateVector(axes, DType.Int32)));
            return g.Add("BroadcastTo", g.Reshape(dy, kept), shape);
        }

        GraphTensor spread = g.Concat([sizes, g.ShapeOf(dy)], 0);
        GraphTensor front = g.Concat([Ones(g, dropped.Length), g.ShapeOf(dy)], 0);
        return Sum(g, $"{dropped}{output}->{input}", g.Add("BroadcastTo", g.Reshape(dy, front), spread));
    }

    // Of a number, not a list, Python makes no constant.
    private static GraphTensor Ones(GraphBuilder g, int count)
    {
        using GraphScope scope = g.NameScope("ones");
        GraphTensor shape = g.Constant(Scalars.CreateVector([count], DType.Int32), "shape_as_tensor");
        return g.Fill(shape, g.Constant(1, DType.Int32, null, "Const"), scope.Name);
    }

    private static int AxisOf(string labels, char label)
    {
        string[] parts = labels.Split("...");
        int first = parts[0].IndexOf(label, StringComparison.Ordinal);
        return first >= 0 ? first : parts[1].IndexOf(label, StringComparison.Ordinal) - parts[1].Length;
    }
}
