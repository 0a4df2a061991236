namespace ModelSessions.Graphs.Ops;

/// <summary>Calls of functions: plain ones, branches, loops.</summary>
internal static class FunctionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("_Arg", ArgumentShape);
        ops.DefineCall("Case", Shapes.FromOutputShapes, BranchGradients.OfCase);
        ops.DefineStop("DeviceIndex", Shapes.Scalar);
        ops.DefineStop("FakeParam", Shapes.FromAttribute);
        ops.DefineCall("If", Shapes.FromOutputShapes, BranchGradients.OfIf);
        ops.DefineCall("PartitionedCall", ResultShapes, CallGradients.OfCall);
        ops.DefineCall("StatefulPartitionedCall", ResultShapes, CallGradients.OfCall);
        ops.DefineCall("StatelessCase", Shapes.FromOutputShapes, BranchGradients.OfCase);
        ops.DefineCall("StatelessIf", Shapes.FromOutputShapes, BranchGradients.OfIf);
        ops.DefineCall("StatelessWhile", LoopShapes, WhileGradients.Of);
        ops.Define("SymbolicGradient", GradientShape);
        ops.DefineStop("ToBool", Shapes.Scalar);
        ops.DefineCall("While", LoopShapes, WhileGradients.Of);
    }

    /// <summary>What comes out of the function's body for these arguments.</summary>
    public static void ResultShapes(ShapeContext c)
    {
        IReadOnlyList<TensorFacts> results = c.Called.Results(c.Operation) ?? [];
        for (int i = 0; i < results.Count && i < c.OutputCount; i++)
        {
            c.Output(i, results[i].Shape);
            c.SetValue(i, results[i].Value);
        }
    }

    // Without a statement all that goes round keeps its shape.
    private static void LoopShapes(ShapeContext c)
    {
        if (c.Operation.Attributes["output_shapes"].List.Shape.Count == 0)
        {
            Shapes.SameAsEachInput(c);
        }
        else
        {
            Shapes.FromOutputShapes(c);
        }
    }

    // A function's argument is what the caller gives.
    private static void ArgumentShape(ShapeContext c)
    {
        TensorFacts known = c.Called.Argument(c.Int("index"));
        c.Output(0, known.Shape);
        c.SetValue(0, known.Value);
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
