namespace ModelSessions.Graphs.Ops;

/// <summary>Arrays of tensors that live for a run; the first two versions of the ops are run, but have no gradients, as in Python. The gradients of an array's elements are in an array of their own, which is found by
/// the name of whoever asks for it; the flow orders its ops.</summary>
internal static class TensorArrayOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("TensorArrayCloseV3", shape: null);
        ops.Define("TensorArrayConcatV3", ConcatShape, ConcatGradient);
        ops.Define("TensorArrayGatherV3", GatherShape, GatherGradient);
        ops.DefineStop("TensorArrayGradV3", ArrayShape);
        ops.DefineStop("TensorArrayGradWithShape", ArrayShape);
        ops.Define("TensorArrayReadV3", c => c.Output(0, ElementShape(c.Operation.Inputs[0])), ReadGradient);
        ops.Define("TensorArrayScatterV3", Shapes.Scalar, ScatterGradient);
        ops.DefineStop("TensorArraySizeV3", Shapes.Scalar);
        ops.Define("TensorArraySplitV3", Shapes.Scalar, SplitGradient);
        ops.DefineStop("TensorArrayV3", ArrayShape);
        foreach (string version in (string[])["", "V2"])
        {
            ops.Define($"TensorArray{version}", c => c.Output(0, [2]));
            ops.Define($"TensorArrayGrad{version}", c => c.Output(0, [2]));
            ops.Define($"TensorArrayScatter{version}", Shapes.Scalar);
            ops.Define($"TensorArraySize{version}", Shapes.Scalar);
            ops.Define($"TensorArraySplit{version}", Shapes.Scalar);
            ops.Define($"TensorArrayWrite{version}", Shapes.Scalar);
        }

        ops.Define("TensorArrayUnpack", Shapes.Scalar);
        ops.Define("TensorArrayWriteV3", Shapes.Scalar, WriteGradient);
    }

    private static void ArrayShape(ShapeContext c)
    {
        c.Output(0, [2]);
        c.Output(1, Shape.Scalar);
    }

    private static void GatherShape(ShapeContext c)
    {
        if (ElementShape(c.Operation.Inputs[0]) is { HasRank: true } element)
        {
            c.Output(0, Shapes.Concat(c.Input(1, 1), element));
        }
    }

    private static void ConcatShape(ShapeContext c) => c.Output(1, Shape.OfRank(1));

    // What an array says of its elements, where all have one shape.
    private static Shape ElementShape(GraphTensor handle)
    {
        GraphOperation operation = handle.Operation;
        for (int i = 0; i < 16 && operation.Type is "Identity" or "Switch" or "Enter" or "TensorArrayGradV3"; i++)
        {
            operation = operation.Inputs[0].Operation;
        }

        return operation.Type == "TensorArrayV3" && operation.Bool("identical_element_shapes") ? operation.Shape("element_shape") : Shape.Unknown;
    }

    private static GraphTensor?[] ReadGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], op.Inputs[2]);
        return [null, null, g.Add("TensorArrayWriteV3", "TensorArrayWrite/TensorArrayWriteV3", null, handle, op.Inputs[1], dy[0], flow)];
    }

    private static GraphTensor?[] WriteGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor after = BehindWrite(g, op, dy[0]);
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], after);
        GraphTensor element = g.Add("TensorArrayReadV3", null, new() { ["dtype"] = op.Inputs[2].DType }, handle, op.Inputs[1], flow);
        return [null, null, element, after];
    }

    private static GraphTensor?[] GatherGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], op.Inputs[2]);
        return [null, null, g.Add("TensorArrayScatterV3", "TensorArrayScatter/TensorArrayScatterV3", null, handle, op.Inputs[1], dy[0], flow)];
    }

    private static GraphTensor?[] ScatterGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor after = BehindWrite(g, op, dy[0]);
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], after);
        return [null, null, g.Add("TensorArrayGatherV3", null, new() { ["dtype"] = op.Inputs[2].DType }, handle, op.Inputs[1], flow), after];
    }

    private static GraphTensor?[] ConcatGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], op.Inputs[1]);
        return [null, g.Add("TensorArraySplitV3", "TensorArraySplit/TensorArraySplitV3", null, handle, dy[0], op.Outputs[1], flow)];
    }

    private static GraphTensor?[] SplitGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor after = BehindWrite(g, op, dy[0]);
        (GraphTensor handle, GraphTensor flow) = Array(g, op, dy[0], after);
        return [null, g.Add("TensorArrayConcatV3", null, new() { ["dtype"] = op.Inputs[1].DType }, handle, flow), null, after];
    }

    // The array of gradients has the shapes that were written: it must not be made before.
    private static GraphTensor BehindWrite(GraphBuilder g, GraphOperation op, GraphTensor flow)
    {
        GraphTensor written = g.Identity(op.Outputs[0], "flow_out");
        using GraphScope after = g.ControlDependencies(written.Operation);
        return g.Identity(flow, "write_barrier");
    }

    // The array for the gradients, and a flow that orders what is done to it.
    private static (GraphTensor Handle, GraphTensor Flow) Array(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor flow)
    {
        using GraphScope place = g.ColocateWith(op.Inputs[0].Operation);
        GraphOperation gradient = g.AddOperation("TensorArrayGradV3", "TensorArrayGrad/TensorArrayGradV3", new() { ["source"] = Source(dy) }, op.Inputs[0], flow);
        using GraphScope after = g.ControlDependencies(gradient);
        return (gradient.Outputs[0], g.Identity(flow, "TensorArrayGrad/gradient_flow"));
    }

    // TensorFlow's rule: the name of a gradient up to the scope of the differentiation. Two differentiations must not share an array.
    private static string Source(GraphTensor dy)
    {
        string[] parts = dy.Operation.Name.Split('/');
        int last = System.Array.FindLastIndex(parts, part => part.StartsWith("gradients", StringComparison.Ordinal));
        return string.Join('/', parts[..(last < 0 ? parts.Length : last + 1)]);
    }
}
