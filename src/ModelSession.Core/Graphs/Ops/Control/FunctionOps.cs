namespace ModelSessions.Graphs.Ops;

/// <summary>Calls of functions: plain ones, branches, loops.</summary>
internal static class FunctionOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineCall("Case", Shapes.FromOutputShapes, BranchGradients.OfCase);
        ops.DefineStop("DeviceIndex", Shapes.Scalar);
        ops.DefineStop("FakeParam", Shapes.FromAttribute);
        ops.DefineCall("If", Shapes.FromOutputShapes, BranchGradients.OfIf);
        ops.DefineCall("PartitionedCall", shape: null, CallGradients.OfCall);
        ops.DefineCall("StatefulPartitionedCall", shape: null, CallGradients.OfCall);
        ops.DefineCall("StatelessCase", Shapes.FromOutputShapes, BranchGradients.OfCase);
        ops.DefineCall("StatelessIf", Shapes.FromOutputShapes, BranchGradients.OfIf);
        ops.DefineCall("StatelessWhile", Shapes.FromOutputShapes, WhileGradients.Of);
        ops.Define("SymbolicGradient", GradientShape);
        ops.DefineStop("ToBool", Shapes.Scalar);
        ops.DefineCall("While", Shapes.FromOutputShapes, WhileGradients.Of);
    }

    // A gradient has its argument's shape; that of a handle the shape of the variable.
    private static void GradientShape(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            GraphTensor argument = c.Operation.Inputs[i];
            c.Output(i, argument.DType == DType.Resource ? ResourceVariableOps.VariableShape(argument) : c.Input(i));
        }
    }
}
