namespace ModelSessions.Graphs.Ops;

/// <summary>Rounding and conversion.</summary>
internal static class RoundingOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Cast", Shapes.SameAsInput, CastGradient, CastValue);
        ops.DefineStop("Ceil", Shapes.SameAsInput);
        ops.DefineStop("Floor", Shapes.SameAsInput);
        ops.DefineStop("Rint", Shapes.SameAsInput);
        ops.DefineStop("Round", Shapes.SameAsInput);
    }

    private static void CastValue(ShapeContext c)
    {
        bool narrows = c.Operation.Outputs[0].DType == DType.Int32;
        bool fits = c.Value(0) is { } value && (!narrows || value.Items.All(item => item is PartialValue.Unknown or (>= int.MinValue and <= int.MaxValue)));
        c.SetValue(0, fits ? c.Value(0) : null);
    }

    private static GraphTensor?[] CastGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        DType source = op.Inputs[0].DType;
        return [IsSmooth(source) && IsSmooth(dy[0].DType) ? g.Cast(dy[0], source) : null];
    }

    private static bool IsSmooth(DType dtype) => dtype.IsFloating() || dtype.IsComplex();
}
