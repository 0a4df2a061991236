namespace ModelSessions.Graphs.Ops;

/// <summary>Convolutions and their transposes.</summary>
internal static class ConvolutionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Conv", EitherShape);
        ops.Define("Conv2D", c => ConvolutionShape(c, 4, depthwise: false), Conv2DGradient);
        ops.Define("Conv2DBackpropFilter", c => FromSizes(c, 1, 4), Conv2DBackpropFilterGradient);
        ops.Define("Conv2DBackpropInput", BackpropInputShape, Conv2DBackpropInputGradient);
        ops.Define("Conv3D", c => ConvolutionShape(c, 5, depthwise: false), Conv3DGradient);
        ops.Define("Conv3DBackpropFilter", c => c.Output(0, c.Input(1, 5)));
        ops.Define("Conv3DBackpropFilterV2", c => FromSizes(c, 1, 5), Conv3DBackpropFilterGradient);
        ops.Define("Conv3DBackpropInput", c => c.Output(0, c.Input(0, 5)));
        ops.Define("Conv3DBackpropInputV2", c => FromSizes(c, 0, 5), Conv3DBackpropInputGradient);
        ops.Define("DepthwiseConv2dNative", c => ConvolutionShape(c, 4, depthwise: true), DepthwiseGradient);
        ops.Define("DepthwiseConv2dNativeBackpropFilter", c => FromSizes(c, 1, 4), DepthwiseBackpropFilterGradient);
        ops.Define("DepthwiseConv2dNativeBackpropInput", c => FromSizes(c, 0, 4), DepthwiseBackpropInputGradient);
        ops.Define("Dilation2D", DilationShape, DilationGradient);
        ops.Define("Dilation2DBackpropFilter", Shapes.SameAsSecondInput);
        ops.Define("Dilation2DBackpropInput", Shapes.SameAsInput);
        ops.Define("FusedPadConv2D", FusedShape);
        ops.Define("FusedResizeAndPadConv2D", FusedShape);
    }

    // Images or volumes, as the rank says.
    private static void EitherShape(ShapeContext c)
    {
        if (c.Input(0).Rank is 4 or 5 && c.Text("data_format") == "CHANNELS_LAST" && c.Int("batch_dims") == 1)
        {
            ConvolutionShape(c, c.Input(0).Rank, depthwise: false);
        }
    }

    private static void DilationShape(ShapeContext c)
    {
        Shape input = c.Input(0, 4), filter = c.Input(1, 3);
        IReadOnlyList<long> strides = c.Operation.Ints("strides"), rates = c.Operation.Ints("rates");
        if (strides.Count != 4 || rates.Count != 4)
        {
            throw c.Error("strides and rates must have 4 numbers each.");
        }

        string padding = c.Text("padding");
        c.Output(0, [
            input[0],
            Windows.Steps(c, input[1], filter[0], rates[1], strides[1], padding, lenient: true),
            Windows.Steps(c, input[2], filter[1], rates[2], strides[2], padding, lenient: true),
            c.MergeSize(input[3], filter[2]),
        ]);
    }

    private static GraphTensor?[] DilationGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        NodeAttributes attributes = NodeAttributes.From(op, "strides", "rates", "padding");
        return
        [
            g.Add("Dilation2DBackpropInput", null, attributes, op.Inputs[0], op.Inputs[1], dy[0]),
            g.Add("Dilation2DBackpropFilter", null, attributes, op.Inputs[0], op.Inputs[1], dy[0]),
        ];
    }

    private static void ConvolutionShape(ShapeContext c, int rank, bool depthwise)
    {
        Shape input = c.Input(0, rank), filter = c.Input(1, rank);
        string padding = c.Text("padding");
        (int batch, int channel, int[] spatial) = Windows.Layout(c.Text("data_format"), rank);
        IReadOnlyList<long> strides = c.Operation.Ints("strides"), dilations = c.Operation.Ints("dilations");
        dilations = dilations.Count == 0 ? [.. Enumerable.Repeat(1L, rank)] : dilations;
        IReadOnlyList<long> explicitly = c.Operation.Attributes.ContainsKey("explicit_paddings") ? c.Operation.Ints("explicit_paddings") : [];
        if (strides.Count != rank || dilations.Count != rank)
        {
            throw c.Error($"strides and dilations must have {rank} numbers each.");
        }

        long[] sizes = new long[rank];
        sizes[batch] = input[batch];
        for (int i = 0; i < spatial.Length; i++)
        {
            int at = spatial[i];
            bool padded = explicitly.Count == 2 * rank;
            sizes[at] = Windows.Steps(
                c, input[at], filter[i], dilations[at], strides[at], padding, padded ? explicitly[2 * at] : 0, padded ? explicitly[2 * at + 1] : 0);
        }

        sizes[channel] = depthwise ? DepthwiseChannels(c, input[channel], filter) : GroupedChannels(c, input[channel], filter);
        c.Output(0, new Shape(sizes));
    }

    // Of images that are resized, if there is a size, and padded.
    private static void FusedShape(ShapeContext c)
    {
        int paddings = c.Operation.Inputs.Count - 2;
        Shape images = c.Input(0, 4), filter = c.Input(paddings + 1, 4), size = paddings == 2 ? c.ShapeFrom(1) : Shape.Unknown;
        IReadOnlyList<long> strides = c.Operation.Ints("strides");
        if (strides.Count != 4)
        {
            throw c.Error("strides must have 4 numbers.");
        }

        IReadOnlyList<long>? margins = c.Value(paddings) is { Items: { Count: 8 } items } ? items : null;
        long[] sizes = [images[0], -1, -1, GroupedChannels(c, images[3], filter)];
        for (int at = 1; at <= 2; at++)
        {
            long whole = paddings == 1 ? images[at] : size.Rank == 2 ? size[at - 1] : -1;
            bool known = whole >= 0 && margins is not null && margins[2 * at] >= 0 && margins[2 * at + 1] >= 0;
            sizes[at] = Windows.Steps(
                c, known ? whole + margins![2 * at] + margins[2 * at + 1] : -1, filter[at - 1], 1, strides[at], c.Text("padding"), 0, 0);
        }

        c.Output(0, new Shape(sizes));
    }

    private static long DepthwiseChannels(ShapeContext c, long channels, Shape filter)
    {
        long known = c.MergeSize(channels, filter[2]);
        return known < 0 || filter[3] < 0 ? -1 : known * filter[3];
    }

    // A filter for fewer channels than the image has is applied to groups of channels.
    private static long GroupedChannels(ShapeContext c, long channels, Shape filter)
    {
        long depth = filter[-2];
        bool fits = depth != 0 && (channels < 0 || depth < 0 || channels % depth == 0) && (channels != 0 || depth < 0);
        if (!fits || (channels > 0 && depth > 0 && filter[-1] > 0 && filter[-1] % (channels / depth) != 0))
        {
            throw c.Error($"images of {channels} channels do not fit filters {filter} for {depth} channels, or groups of them.");
        }

        return filter[-1];
    }

    // The sizes of the images, or of their rows and columns alone.
    private static void BackpropInputShape(ShapeContext c)
    {
        _ = c.Input(0, 1);
        Shape sizes = c.ShapeFrom(0), filter = c.Input(1, 4), dy = c.Input(2, 4);
        (int batch, int channel, int[] spatial) = Windows.Layout(c.Text("data_format"), 4);
        c.MergeSize(filter[3], dy[channel]);
        Shape output = Shape.OfRank(4);
        if (sizes.Rank == 2)
        {
            output = output.With(batch, dy[batch]).With(spatial[0], sizes[0]).With(spatial[1], sizes[1]).With(channel, filter[2]);
        }
        else if (sizes.HasRank)
        {
            output = c.Merge(output, sizes);
            output = output.With(batch, c.MergeSize(output[batch], dy[batch]));
        }

        c.Output(0, output);
    }

    private static void FromSizes(ShapeContext c, int input, int rank)
    {
        _ = c.Input(input, 1);
        Shape sizes = c.ShapeFrom(input);
        c.Output(0, sizes.Rank == rank ? sizes : Shape.OfRank(rank));
    }

    private static NodeAttributes Attributes(GraphOperation op) => op.Type.StartsWith("Conv2D", StringComparison.Ordinal)
        ? NodeAttributes.From(op, "dilations", "strides", "padding", "explicit_paddings", "use_cudnn_on_gpu", "data_format")
        : op.Type.StartsWith("Conv3D", StringComparison.Ordinal)
            ? NodeAttributes.From(op, "dilations", "strides", "padding", "data_format")
            : NodeAttributes.From(op, "dilations", "strides", "padding", "explicit_paddings", "data_format");

    private static GraphTensor Node(GraphBuilder g, string type, GraphOperation op, params Operand[] inputs) => g.Add(type, type, Attributes(op), inputs);

    private static GraphTensor?[] Conv2DGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation shapes = g.AddOperation("ShapeN", null, null, op.Inputs[0], op.Inputs[1]);
        return
        [
            Node(g, "Conv2DBackpropInput", op, shapes.Outputs[0], op.Inputs[1], dy[0]),
            Node(g, "Conv2DBackpropFilter", op, op.Inputs[0], shapes.Outputs[1], dy[0]),
        ];
    }

    private static GraphTensor?[] Conv2DBackpropInputGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor filter = Node(g, "Conv2DBackpropFilter", op, dy[0], g.ShapeOf(op.Inputs[1]), op.Inputs[2]);
        return [null, filter, Node(g, "Conv2D", op, dy[0], op.Inputs[1])];
    }

    private static GraphTensor?[] Conv2DBackpropFilterGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor input = Node(g, "Conv2DBackpropInput", op, g.ShapeOf(op.Inputs[0]), dy[0], op.Inputs[2]);
        return [input, null, Node(g, "Conv2D", op, op.Inputs[0], dy[0])];
    }

    private static GraphTensor?[] Conv3DGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation shapes = g.AddOperation("ShapeN", null, null, op.Inputs[0], op.Inputs[1]);
        return
        [
            Node(g, "Conv3DBackpropInputV2", op, shapes.Outputs[0], op.Inputs[1], dy[0]),
            Node(g, "Conv3DBackpropFilterV2", op, op.Inputs[0], shapes.Outputs[1], dy[0]),
        ];
    }

    private static GraphTensor?[] Conv3DBackpropInputGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor filter = Node(g, "Conv3DBackpropFilterV2", op, dy[0], g.ShapeOf(op.Inputs[1]), op.Inputs[2]);
        return [null, filter, Node(g, "Conv3D", op, dy[0], op.Inputs[1])];
    }

    private static GraphTensor?[] Conv3DBackpropFilterGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor input = Node(g, "Conv3DBackpropInputV2", op, g.ShapeOf(op.Inputs[0]), dy[0], op.Inputs[2]);
        return [input, null, Node(g, "Conv3D", op, op.Inputs[0], dy[0])];
    }

    private static GraphTensor?[] DepthwiseGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor input = Node(g, "DepthwiseConv2dNativeBackpropInput", op, g.ShapeOf(op.Inputs[0]), op.Inputs[1], dy[0]);
        return [input, Node(g, "DepthwiseConv2dNativeBackpropFilter", op, op.Inputs[0], g.ShapeOf(op.Inputs[1]), dy[0])];
    }

    private static GraphTensor?[] DepthwiseBackpropInputGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor filter = Node(g, "DepthwiseConv2dNativeBackpropFilter", op, dy[0], g.ShapeOf(op.Inputs[1]), op.Inputs[2]);
        return [null, filter, Node(g, "DepthwiseConv2dNative", op, dy[0], op.Inputs[1])];
    }

    private static GraphTensor?[] DepthwiseBackpropFilterGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor input = Node(g, "DepthwiseConv2dNativeBackpropInput", op, g.ShapeOf(op.Inputs[0]), dy[0], op.Inputs[2]);
        return [input, null, Node(g, "DepthwiseConv2dNative", op, op.Inputs[0], dy[0])];
    }
}
