namespace ModelSessions.Graphs.Ops;

/// <summary>Values that may be there or not, as branches hand them to their gradients.</summary>
internal static class OptionalOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("OptionalFromValue", Shapes.Scalar);
        ops.Define("OptionalGetValue", Shapes.FromOutputShapes);
        ops.Define("OptionalHasValue", Shapes.Scalar);
        ops.Define("OptionalNone", Shapes.Scalar);
    }
}
