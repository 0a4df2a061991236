namespace ModelSessions.Graphs.Ops;

/// <summary>Values that stand in the graph or are fed to it.</summary>
internal static class ConstantOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Const", ConstantShape, ConstantValue);
        ops.Define("DeepCopy", Shapes.SameAsInput);
        ops.Define("Empty", Shapes.FromFirstValue);
        ops.Define("Fill", FillShape, (g, op, dy) => [null, g.ReduceSum(dy[0])], FillValue);
        ops.DefineStop("OneHot", OneHotShape);
        ops.DefineStop("OnesLike", Shapes.SameAsInput, c => c.SetValue(0, PartialValue.Filled(c.Input(0), 1)));
        ops.Define("Placeholder", PlaceholderShape);
        ops.Define("PlaceholderV2", Shapes.FromAttribute);
        ops.Define("PlaceholderWithDefault", c => c.Output(0, c.Merge(c.Operation.Shape("shape"), Shape.Unknown)), (g, op, dy) => [dy[0]]);
        ops.DefineStop("ZerosLike", Shapes.SameAsInput, c => c.SetValue(0, PartialValue.Filled(c.Input(0), 0)));
    }

    private static void ConstantShape(ShapeContext c) =>
        c.Output(0, Shape.OfValue(c.Operation.Attributes.TryGetValue("value", out var value) ? value.Tensor?.TensorShape : null));

    private static void ConstantValue(ShapeContext c)
    {
        Shape shape = c.Operation.Outputs[0].Shape;
        if (shape.ElementCount <= PartialValue.MaxLength)
        {
            c.SetValue(0, PartialValue.Of(c.Operation.Tensor("value")));
        }
    }

    // Up to version 21 of GraphDef a shape without dimensions stood for an unknown one.
    private static void PlaceholderShape(ShapeContext c)
    {
        Shape shape = c.Operation.Shape("shape");
        c.Output(0, shape.Rank == 0 && c.Producer <= 21 ? Shape.Unknown : shape);
    }

    private static void FillShape(ShapeContext c)
    {
        if (c.Value(0) is { } sizes && sizes.Items.Any(size => size < 0 && size != PartialValue.Unknown))
        {
            throw c.Error($"the sizes [{string.Join(", ", sizes.Items)}] must not be negative.");
        }

        c.Output(0, c.ShapeFrom(0));
    }

    private static void FillValue(ShapeContext c) =>
        c.SetValue(0, c.Value(1) is { Items: [var item] } ? PartialValue.Filled(c.Operation.Outputs[0].Shape, item) : null);

    private static void OneHotShape(ShapeContext c)
    {
        Shape indices = c.Input(0);
        if (!indices.HasRank)
        {
            return;
        }

        long depth = c.TryScalar(1, out long known) ? known : -1;
        if ((known < 0 && known != PartialValue.Unknown) || c.Int("axis") < -1)
        {
            throw c.Error($"the depth {known} must not be negative, nor the axis {c.Int("axis")} smaller than -1.");
        }

        // TensorFlow counts an axis that is too large from the front again.
        int axis = (int)((c.Int("axis") + indices.Rank + 1) % (indices.Rank + 1));
        c.Output(0, new Shape([.. indices.Dimensions[..axis], depth, .. indices.Dimensions[axis..]]));
    }
}
