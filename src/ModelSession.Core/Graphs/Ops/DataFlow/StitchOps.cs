namespace ModelSessions.Graphs.Ops;

/// <summary>Rows dealt out and put together by number.</summary>
internal static class StitchOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("DynamicPartition", PartitionShape, PartitionGradient);
        ops.Define("DynamicStitch", StitchShape, StitchGradient, StitchValue);
        ops.Define("ParallelDynamicStitch", StitchShape, StitchGradient);
    }

    private static void PartitionShape(ShapeContext c)
    {
        Shape data = c.Input(0), numbers = c.Input(1);
        if (data.HasRank && numbers.HasRank)
        {
            CheckPrefix(c, data, numbers);
            c.Outputs(new Shape([-1, .. data.Dimensions[numbers.Rank..]]));
        }
    }

    // A number for each row.
    private static void CheckPrefix(ShapeContext c, Shape data, Shape numbers)
    {
        if (data.Rank < numbers.Rank)
        {
            throw c.Error($"data of shape {data} must begin with the shape of their numbers, {numbers}.");
        }

        c.Merge(Shapes.Sub(data, 0, numbers.Rank), numbers);
    }

    private static void StitchShape(ShapeContext c)
    {
        int count = c.InputCount / 2;
        Shape rest = Shape.Unknown;
        long highest = -1;
        bool known = true;
        for (int i = 0; i < count; i++)
        {
            Shape indices = c.Input(i), data = c.Input(count + i);
            if (indices.HasRank && data.HasRank)
            {
                CheckPrefix(c, data, indices);
                rest = c.Merge(rest, Shapes.Sub(data, indices.Rank, data.Rank));
            }

            PartialValue? value = c.Value(i);
            known &= value is { IsKnown: true };
            highest = value is { IsKnown: true, Items.Count: > 0 } ? Math.Max(highest, value.Items.Max()) : highest;
        }

        c.Output(0, Shapes.Concat([known ? highest + 1 : -1], rest));
    }

    private static void StitchValue(ShapeContext c)
    {
        if (c.Operation.Outputs[0].Shape is not { Rank: 1, IsFullyDefined: true } shape || shape[0] > PartialValue.MaxLength)
        {
            return;
        }

        long[] items = [.. Enumerable.Repeat(PartialValue.Unknown, (int)shape[0])];
        int count = c.InputCount / 2;
        for (int i = 0; i < count; i++)
        {
            IReadOnlyList<long> indices = c.Value(i)!.Items;
            for (int k = 0; k < indices.Count; k++)
            {
                items[indices[k]] = c.Value(count + i) is { } data && k < data.Items.Count ? data.Items[k] : PartialValue.Unknown;
            }
        }

        c.SetValue(0, PartialValue.Vector(items));
    }

    private static GraphTensor?[] PartitionGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[1]);
        GraphTensor numbers = g.Reshape(g.Sequence(0, g.ReduceProd(shape)), shape);
        GraphOperation parts = g.AddOperation("DynamicPartition", null, NodeAttributes.From(op, "num_partitions"), numbers, op.Inputs[1]);
        GraphTensor joined = g.Add("ParallelDynamicStitch", [.. parts.Outputs.Concat(dy).Select(tensor => (Operand)tensor)]);
        return [g.Reshape(joined, g.ShapeOf(op.Inputs[0])), null];
    }

    private static GraphTensor?[] StitchGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        int count = op.Inputs.Count / 2;
        return [.. Enumerable.Repeat<GraphTensor?>(null, count), .. op.Inputs.Take(count).Select(indices => g.Gather(dy[0], indices))];
    }
}
