namespace ModelSessions.Graphs.Ops;

/// <summary>Blocks of tensors.</summary>
internal static class SliceOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Slice", SliceShape, SliceGradient, SliceValue);
        ops.Define("StridedSlice", StridedSliceRule.Shape, StridedSliceGradient, StridedSliceRule.Value);
        ops.DefineStop("ResourceStridedSliceAssign", shape: null);
        ops.DefineStop("StridedSliceAssign", Shapes.SameAsInput);
        ops.Define("TensorStridedSliceUpdate", Shapes.SameAsInput, UpdateGradient);
        ops.Define("StridedSliceGrad", Shapes.FromFirstValue, StridedSliceGradGradient);
    }

    private static void SliceShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        int rank = input.HasRank ? input.Rank : c.Value(1)?.Items.Count ?? c.Value(2)?.Items.Count ?? -1;
        if (rank < 0)
        {
            rank = c.Input(1) is { Rank: 1 } vector ? (int)vector[0] : -1;
        }

        if (rank < 0)
        {
            return;
        }

        input = c.Input(0, rank);
        c.Merge(c.Merge(c.Input(1), c.Input(2)), [rank]);
        long[] sizes = new long[rank];
        // Whether an explicit size fits, only the run tells, as in TensorFlow.
        for (int axis = 0; axis < rank; axis++)
        {
            long begin = Item(c.Value(1), axis), size = Item(c.Value(2), axis);
            sizes[axis] = size switch
            {
                PartialValue.Unknown => -1,
                -1 => begin == 0 ? input[axis] : c.Subtract(input[axis], begin),
                _ => size,
            };
            if (sizes[axis] < -1 || (begin < -1 && begin != PartialValue.Unknown && c.Operation.Inputs[1].Operation.Type == "Const"))
            {
                throw c.Error($"a slice of {size} from {begin} does not fit dimension {axis} of {input}.");
            }
        }

        c.Output(0, new Shape(sizes));
    }

    private static void SliceValue(ShapeContext c)
    {
        if (c.Value(0) is { IsVector: true } value && c.TryScalar(1, out long begin) && c.TryScalar(2, out long size))
        {
            long count = size < 0 ? value.Items.Count - begin : size;
            if (begin >= 0 && count >= 0 && begin + count <= value.Items.Count)
            {
                c.SetValue(0, PartialValue.Vector([.. value.Items.Skip((int)begin).Take((int)count)]));
            }
        }
    }

    private static long Item(PartialValue? value, int at) => value is not null && at < value.Items.Count ? value.Items[at] : PartialValue.Unknown;

    private static GraphTensor?[] SliceGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor begin) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor rank = g.RankOf(x);
        GraphTensor size = g.ShapeOf(op.Outputs[0], begin.DType);
        GraphTensor column = g.Stack([rank, 1]);
        GraphTensor before = g.Reshape(begin, column);
        GraphTensor after = g.Reshape(g.ShapeOf(x, begin.DType) - size - begin, column);
        return [g.Pad(dy[0], g.Concat([before, after], 1)), null, null];
    }

    private static NodeAttributes Masks(GraphOperation op) =>
        NodeAttributes.From(op, "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask");

    private static GraphTensor?[] StridedSliceGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[0], op.Inputs[1].DType);
        // What is known is written as a constant of the new node.
        Operand[] inputs = [.. new[] { shape, op.Inputs[1], op.Inputs[2], op.Inputs[3] }.Select(Known), dy[0]];
        return [g.Add("StridedSliceGrad", "StridedSliceGrad", Masks(op), inputs), null, null, null];
    }

    private static Operand Known(GraphTensor tensor) => tensor.Value is { IsKnown: true, IsVector: true } value
        ? Scalars.CreateVector([.. value.Items], tensor.DType)
        : tensor;

    private static GraphTensor?[] StridedSliceGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [null, null, null, null, g.Add("StridedSlice", "StridedSlice", Masks(op), dy[0], op.Inputs[1], op.Inputs[2], op.Inputs[3])];

    // The value may have been stretched to the slice.
    private static GraphTensor?[] UpdateGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor begin, GraphTensor end, GraphTensor steps) = (op.Inputs[1], op.Inputs[2], op.Inputs[3]);
        GraphTensor slice = g.Add("StridedSlice", "StridedSlice", Masks(op), dy[0], begin, end, steps);
        GraphTensor rest = g.Add("TensorStridedSliceUpdate", "TensorStridedSliceUpdate", Masks(op), dy[0], begin, end, steps, g.ZerosLike(slice));
        GraphTensor sliceShape = g.ShapeOf(slice, begin.DType), valueShape = g.ShapeOf(op.Inputs[4], begin.DType);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, sliceShape, valueShape);
        GraphTensor value = g.Reshape(g.ReduceSum(slice, axes.Outputs[1], keepDims: true), valueShape);
        return [rest, null, null, null, value];
    }
}
