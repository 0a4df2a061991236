using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>Resource variables.</summary>
internal static class ResourceVariableOps
{
    /// <summary>The attribute of a function's argument that tells the shapes of the variables behind a handle.</summary>
    internal const string HandleShapes = "_handle_shapes";

    public static void Define(OpTable ops)
    {
        ops.DefineStop("AssignAddVariableOp", AssignShape);
        ops.DefineStop("AssignSubVariableOp", AssignShape);
        ops.DefineStop("AssignVariableOp", AssignShape);
        ops.DefineSlices("ReadVariableOp", c => c.Output(0, Read(c, 0, c.Operation.DType("dtype"))), (g, op, dy) => dy);
        ops.DefineSlices("ResourceGather", ResourceGatherShape, ResourceGatherGradient);
        ops.Define("ResourceGatherNd", ResourceGatherNdShape);
        ops.DefineStop("ResourceCountUpTo", c => c.Output(0, c.Merge(VariableShape(c.Operation.Inputs[0]), Shape.Scalar)));
        ops.Define("VarHandleOp", Shapes.Scalar);
        ops.Define("VarIsInitializedOp", Shapes.Scalar);
        ops.DefineStop("VariableShape", VariableShapeShape, c => c.SetValue(0, PartialValue.Of(VariableShape(c.Operation.Inputs[0]))));
        ops.Define("_ReadVariablesOp", ReadManyShape);
    }

    private static void AssignShape(ShapeContext c) => c.Merge(VariableShape(c.Operation.Inputs[0]), c.Input(1));

    private static Shape Read(ShapeContext c, int input, DType dtype)
    {
        GraphTensor handle = c.Operation.Inputs[input];
        return !IsVariable(handle) || ValueType(handle) == dtype
            ? VariableShape(handle)
            : throw c.Error($"'{handle.Name}' is a variable of {ValueType(handle).Name()}; it cannot be read as {dtype.Name()}.");
    }

    private static void ReadManyShape(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, Read(c, i, c.Operation.Outputs[i].DType));
        }
    }

    /// <summary>The shape of the value behind a handle, as far as the graph tells.</summary>
    internal static Shape VariableShape(GraphTensor handle) => Source(handle) switch
    {
        { Type: "VarHandleOp" } variable => variable.Shape("shape"),
        { Type: "_Arg" } argument when argument.Attributes.TryGetValue(HandleShapes, out AttrValue? shapes) && shapes.List?.Shape is [var only] => Shape.FromProto(only),
        _ => Shape.Unknown,
    };

    /// <summary>Whether it is a handle of a variable, as far as the graph tells.</summary>
    internal static bool IsVariable(GraphTensor handle) => handle.DType == DType.Resource && Source(handle).Type == "VarHandleOp";

    /// <summary>The type of a value, or of the value behind a handle: float32 where the graph does not tell.</summary>
    internal static DType ValueType(GraphTensor tensor) => tensor.DType != DType.Resource ? tensor.DType
        : Source(tensor) is { Type: "VarHandleOp" } variable ? variable.DType("dtype")
        : DType.Float32;

    // Handles pass through switches and loops; a long chain is not followed.
    private static GraphOperation Source(GraphTensor handle)
    {
        GraphOperation operation = handle.Operation;
        for (int i = 0; i < 16 && operation.Type is "Identity" or "Switch" or "Enter"; i++)
        {
            operation = operation.Inputs[0].Operation;
        }

        return operation;
    }

    private static void VariableShapeShape(ShapeContext c) => c.Output(0, [VariableShape(c.Operation.Inputs[0]).Rank]);

    private static void ResourceGatherShape(ShapeContext c)
    {
        Shape variable = VariableShape(c.Operation.Inputs[0]), indices = c.Input(1);
        int batch = (int)c.Int("batch_dims");
        if (batch == 0 && variable.Rank > 0)
        {
            c.Output(0, Shapes.Concat(indices, Shapes.Sub(variable, 1, variable.Rank)));
        }
    }

    private static void ResourceGatherNdShape(ShapeContext c)
    {
        Shape variable = VariableShape(c.Operation.Inputs[0]), indices = c.Input(1);
        if (variable.HasRank && indices.Rank > 0 && indices[-1] >= 0 && indices[-1] <= variable.Rank)
        {
            c.Output(0, new Shape([.. indices.Dimensions[..^1], .. variable.Dimensions[(int)indices[-1]..]]));
        }
    }

    private static Gradient?[] ResourceGatherGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        Shape known = VariableShape(op.Inputs[0]);
        GraphTensor shape = known.IsFullyDefined ? g.Constant(Scalars.CreateVector(known.Dimensions, DType.Int32)) : g.Add("VariableShape", op.Inputs[0]);
        return [GatherOps.Rows(g, op.Inputs[1], dy[0]!, shape), null];
    }
}
