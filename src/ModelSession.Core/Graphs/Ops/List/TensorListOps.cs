namespace ModelSessions.Graphs.Ops;

/// <summary>Lists of tensors, which are values: an op gives a new list. The gradient of a list is a list.</summary>
internal static class TensorListOps
{
    private const string Element = "element_dtype";

    public static void Define(OpTable ops)
    {
        ops.DefineStop("EmptyTensorList", Shapes.Scalar);
        ops.Define("TensorListConcat", ConcatShape, (g, op, dy) => [ConcatGradient(g, op, dy[0])]);
        ops.DefineStop("TensorListConcatLists", Shapes.SameAsInput);
        ops.Define("TensorListConcatV2", ConcatShape, (g, op, dy) => [ConcatGradient(g, op, dy[0]), null, null]);
        ops.DefineStop("TensorListElementShape", c => c.Output(0, Shape.OfRank(1)));
        ops.Define("TensorListFromTensor", FromTensorShape, FromTensorGradient);
        ops.Define("TensorListGather", c => c.Output(0, Shapes.Concat(c.Input(1, 1), c.ShapeFrom(2))), GatherGradient);
        ops.Define("TensorListGetItem", c => c.Output(0, c.ShapeFrom(2)), GetItemGradient);
        ops.DefineStop("TensorListLength", Shapes.Scalar);
        ops.Define("TensorListPopBack", PopBackShape, PopBackGradient);
        ops.Define("TensorListPushBack", Shapes.Scalar, PushBackGradient);
        ops.DefineStop("TensorListPushBackBatch", Shapes.SameAsInput);
        ops.DefineStop("TensorListReserve", Shapes.Scalar);
        ops.Define("TensorListResize", Shapes.Scalar, (g, op, dy) => [g.Add("TensorListResize", dy[0], Length(g, op.Inputs[0])), null]);
        ops.Define("TensorListScatter", Shapes.Scalar, (g, op, dy) => [ScatterGradient(g, op, dy[0]), null, null]);
        ops.Define("TensorListScatterIntoExistingList", Shapes.Scalar, ScatterIntoGradient);
        ops.Define("TensorListScatterV2", Shapes.Scalar, (g, op, dy) => [ScatterGradient(g, op, dy[0]), null, null, null]);
        ops.Define("TensorListSetItem", Shapes.Scalar, SetItemGradient);
        ops.Define("TensorListSplit", Shapes.Scalar, SplitGradient);
        ops.Define("TensorListStack", StackShape, StackGradient);
    }

    private static void ConcatShape(ShapeContext c)
    {
        Shape element = c.InputCount > 1 ? c.ShapeFrom(1) : c.Operation.Shape("element_shape");
        c.Output(0, element.Rank > 0 ? new Shape([-1, .. element.Dimensions[1..]]) : Shape.Unknown);
        c.Output(1, Shape.OfRank(1));
    }

    // The elements' shape may be the scalar -1, which says nothing.
    private static void FromTensorShape(ShapeContext c)
    {
        Shape tensor = c.InputAtLeast(0, 1), element = c.ShapeFrom(1);
        if (c.Value(1) is { IsScalar: true, IsKnown: true, Items: [not -1] })
        {
            throw c.Error($"the shape of elements is the scalar {c.Value(1)!.Items[0]}; it must be a vector, or -1 for any.");
        }

        if (tensor.HasRank)
        {
            c.Merge(Shapes.Sub(tensor, 1, tensor.Rank), element);
        }

        c.Output(0, Shape.Scalar);
    }

    private static void PopBackShape(ShapeContext c)
    {
        c.Output(0, Shape.Scalar);
        c.Output(1, c.ShapeFrom(1));
    }

    private static void StackShape(ShapeContext c)
    {
        Shape element = c.ShapeFrom(1);
        c.Output(0, element.HasRank ? new Shape([c.Int("num_elements"), .. element.Dimensions]) : Shape.Unknown);
    }

    private static GraphTensor?[] PushBackGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation pop = g.AddOperation("TensorListPopBack", null, NodeAttributes.From(op, Element), dy[0], g.ShapeOf(op.Inputs[1]));
        return [pop.Outputs[0], pop.Outputs[1]];
    }

    // Elements that have no gradients, such as numbers of rows, have zeros, so that the lists stay of one length.
    private static GraphTensor?[] PopBackGradient(GraphBuilder g, GraphOperation op, GraphTensor?[] dy) =>
        [g.Add("TensorListPushBack", null, NodeAttributes.From(op, Element), dy[0]!, dy[1] ?? g.Add("ZerosLike", op.Outputs[1])), null];

    private static GraphTensor?[] StackGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("TensorListFromTensor", dy[0], RowShape(g, dy[0])), null];

    private static GraphTensor?[] FromTensorGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor tensor = op.Inputs[0];
        NodeAttributes attributes = NodeAttributes.From(op, Element);
        attributes["num_elements"] = tensor.Shape.Rank > 0 ? tensor.Shape[0] : -1;
        return [g.Add("TensorListStack", null, attributes, dy[0], RowShape(g, tensor)), null];
    }

    private static GraphTensor?[] GetItemGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor empty = g.Add("TensorListReserve", null, NodeAttributes.From(op, Element), ElementShape(g, op.Inputs[0]), Length(g, op.Inputs[0]));
        return [g.Add("TensorListSetItem", empty, op.Inputs[1], dy[0]), null, null];
    }

    private static GraphTensor?[] SetItemGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor item = op.Inputs[2];
        GraphTensor rest = g.Add("TensorListSetItem", dy[0], op.Inputs[1], g.ZerosLike(item));
        return [rest, null, g.Add("TensorListGetItem", null, NodeAttributes.From(op, Element), dy[0], op.Inputs[1], g.ShapeOf(item))];
    }

    private static GraphTensor?[] GatherGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("TensorListScatterV2", dy[0], op.Inputs[1], RowShape(g, dy[0]), Length(g, op.Inputs[0])), null, null];

    private static GraphTensor ScatterGradient(GraphBuilder g, GraphOperation op, GraphTensor dy) =>
        g.Add("TensorListGather", null, NodeAttributes.From(op, Element), dy, op.Inputs[1], RowShape(g, op.Inputs[0]));

    private static GraphTensor?[] ScatterIntoGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor tensor = g.Add("TensorListGather", null, NodeAttributes.From(op, Element), dy[0], op.Inputs[2], RowShape(g, op.Inputs[1]));
        return [g.Add("TensorListScatterIntoExistingList", dy[0], g.ZerosLike(tensor), op.Inputs[2]), tensor, null];
    }

    private static GraphTensor ConcatGradient(GraphBuilder g, GraphOperation op, GraphTensor dy) =>
        g.Add("TensorListSplit", dy, ElementShape(g, op.Inputs[0]), op.Outputs[1]);

    private static GraphTensor?[] SplitGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.Concat([g.Constant(Tensor.From(-1)), RowShape(g, op.Inputs[0])], 0);
        return [g.AddOperation("TensorListConcatV2", null, NodeAttributes.From(op, Element), dy[0], shape, op.Inputs[2]).Outputs[0], null, null];
    }

    private static GraphTensor Length(GraphBuilder g, GraphTensor list) => g.Add("TensorListLength", list);

    private static GraphTensor ElementShape(GraphBuilder g, GraphTensor list) =>
        g.Add("TensorListElementShape", null, new() { ["shape_type"] = DType.Int32 }, list);

    // The shape of what stands in one place of the first dimension.
    private static GraphTensor RowShape(GraphBuilder g, GraphTensor tensor) =>
        g.Slice(g.ShapeOf(tensor), g.Constant(Tensor.From(1)), g.Constant(Tensor.From(-1)));
}
