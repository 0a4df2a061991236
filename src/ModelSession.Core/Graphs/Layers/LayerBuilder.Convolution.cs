namespace ModelSessions;

/// <content>Convolutions.</content>
public sealed partial class LayerBuilder
{
    /// <summary>Filters over a sequence [batch, length, channels].</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="filters">The number of filters, the channels of the result.</param>
    /// <param name="kernelSize">The size of the window.</param>
    /// <param name="options">Name, steps, padding, activation …</param>
    public GraphTensor Conv1D(GraphTensor x, int filters, long[] kernelSize, ConvolutionOptions? options = null)
    {
        options ??= new ConvolutionOptions();
        using VariableScope scope = Start("conv1d", x, 1, filters, kernelSize, options, out long[] window, out GraphVariable kernel);
        GraphVariable? bias = Bias(filters, x.DType, options);
        long[] strides = Each(options.Strides, 1, "strides"), dilations = Each(options.DilationRate, 1, "dilation rates");
        GraphTensor sums;
        using (GraphScope inner = _g.NameScope("Conv1D"))
        {
            GraphTensor line = _g.ExpandDims(x, -3), weights = _g.ExpandDims(kernel, 0);
            NodeAttributes attributes = new() { ["strides"] = (long[])[1, 1, strides[0], 1], ["dilations"] = (long[])[1, 1, dilations[0], 1], ["padding"] = Padding(options.Padding) };
            sums = _g.Squeeze(_g.Add("Conv2D", inner.Name, attributes, line, weights), [-3]);
        }

        return Finish(sums, bias, options);
    }

    /// <summary>Filters over images [batch, height, width, channels].</summary>
    /// <inheritdoc cref="Conv1D"/>
    public GraphTensor Conv2D(GraphTensor x, int filters, long[] kernelSize, ConvolutionOptions? options = null)
    {
        options ??= new ConvolutionOptions();
        using VariableScope scope = Start("conv2d", x, 2, filters, kernelSize, options, out _, out GraphVariable kernel);
        GraphVariable? bias = Bias(filters, x.DType, options);
        return Finish(_g.Add("Conv2D", null, Convolution(options, 2), x, kernel), bias, options);
    }

    /// <summary>Filters over images, with an activation.</summary>
    /// <inheritdoc cref="Conv1D"/>
    /// <param name="x">The inputs.</param>
    /// <param name="filters">The number of filters.</param>
    /// <param name="kernelSize">The size of the window.</param>
    /// <param name="activation">Such as <c>"relu"</c>.</param>
    /// <param name="padding"><c>valid</c> or <c>same</c>.</param>
    /// <param name="name">The layer's scope.</param>
    public GraphTensor Conv2D(GraphTensor x, int filters, long[] kernelSize, LayerActivation? activation, string padding = "valid", string? name = null) =>
        Conv2D(x, filters, kernelSize, new ConvolutionOptions { Activation = activation, Padding = padding, Name = name is "" ? null : name });

    /// <summary>Filters over volumes [batch, depth, height, width, channels].</summary>
    /// <inheritdoc cref="Conv1D"/>
    public GraphTensor Conv3D(GraphTensor x, int filters, long[] kernelSize, ConvolutionOptions? options = null)
    {
        options ??= new ConvolutionOptions();
        using VariableScope scope = Start("conv3d", x, 3, filters, kernelSize, options, out _, out GraphVariable kernel);
        GraphVariable? bias = Bias(filters, x.DType, options);
        return Finish(_g.Add("Conv3D", null, Convolution(options, 3), x, kernel), bias, options);
    }

    /// <summary>The gradient of a convolution as a layer: images become larger by the steps.</summary>
    /// <inheritdoc cref="Conv1D"/>
    public GraphTensor Conv2DTranspose(GraphTensor x, int filters, long[] kernelSize, ConvolutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new ConvolutionOptions();
        long channels = Channels(x, "conv2d_transpose");
        long[] window = Each(kernelSize, 2, "sizes"), strides = Each(options.Strides, 2, "strides");
        string padding = Padding(options.Padding);
        using VariableScope scope = Open("conv2d_transpose", options.Name, options.Reuse);
        GraphVariable kernel = Weight("kernel", [.. window, filters, channels], x.DType, options.KernelInitializer, options.KernelRegularizer, options.Trainable);
        GraphVariable? bias = Bias(filters, x.DType, options);
        GraphTensor shape = _g.ShapeOf(x), batch = _g.Element(shape, 0);
        Operand height = Enlarged(x, shape, 1, window[0], strides[0], padding), width = Enlarged(x, shape, 2, window[1], strides[1], padding);
        GraphTensor sizes = _g.Stack([batch, height, width, filters]);
        NodeAttributes attributes = new() { ["strides"] = (long[])[1, .. strides, 1], ["padding"] = padding };
        GraphTensor sums = _g.Add("Conv2DBackpropInput", "conv2d_transpose", attributes, sizes, kernel, x);
        sums.MergeShape([x.Shape[0], height.Number ?? -1, width.Number ?? -1, filters]);
        return Finish(sums, bias, options);
    }

    /// <summary>Filters over each channel of images alone; <see cref="ConvolutionOptions.DepthMultiplier"/> for each.</summary>
    /// <param name="x">Images [batch, height, width, channels].</param>
    /// <param name="kernelSize">The size of the window.</param>
    /// <param name="options">Name, steps, padding, activation …</param>
    public GraphTensor DepthwiseConv2D(GraphTensor x, long[] kernelSize, ConvolutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new ConvolutionOptions();
        long channels = Channels(x, "depthwise_conv2d");
        using VariableScope scope = Open("depthwise_conv2d", options.Name, options.Reuse);
        GraphVariable kernel = Depthwise(x, channels, kernelSize, options, "depthwise_kernel");
        GraphVariable? bias = Bias(channels * options.DepthMultiplier, x.DType, options);
        return Finish(_g.DepthwiseConv2D(x, kernel, Around(Each(options.Strides, 2, "strides")), Padding(options.Padding), Each(options.DilationRate, 2, "dilation rates")), bias, options);
    }

    /// <summary>A convolution in two parts: over each channel alone, then over the channels of each pixel.</summary>
    /// <inheritdoc cref="Conv1D"/>
    public GraphTensor SeparableConv2D(GraphTensor x, int filters, long[] kernelSize, ConvolutionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new ConvolutionOptions();
        long channels = Channels(x, "separable_conv2d");
        using VariableScope scope = Open("separable_conv2d", options.Name, options.Reuse);
        GraphVariable depthwise = Depthwise(x, channels, kernelSize, options, "depthwise_kernel");
        GraphVariable pointwise = Weight(
            "pointwise_kernel", [1, 1, channels * options.DepthMultiplier, filters], x.DType, options.KernelInitializer, options.KernelRegularizer, options.Trainable);
        GraphVariable? bias = Bias(filters, x.DType, options);
        GraphTensor sums;
        using (GraphScope inner = _g.NameScope("separable_conv2d"))
        {
            GraphTensor each = _g.DepthwiseConv2D(
                x, depthwise, Around(Each(options.Strides, 2, "strides")), Padding(options.Padding), Each(options.DilationRate, 2, "dilation rates"), "depthwise");
            sums = _g.Add("Conv2D", inner.Name, new() { ["strides"] = (long[])[1, 1, 1, 1], ["padding"] = "VALID" }, each, pointwise);
        }

        return Finish(sums, bias, options);
    }

    private GraphVariable Depthwise(GraphTensor x, long channels, long[] kernelSize, ConvolutionOptions options, string name) => Weight(
        name,
        [.. Each(kernelSize, 2, "sizes"), channels, options.DepthMultiplier],
        x.DType,
        options.DepthwiseInitializer ?? options.KernelInitializer,
        options.DepthwiseRegularizer ?? options.KernelRegularizer,
        options.Trainable);

    private VariableScope Start(
        string kind, GraphTensor x, int dimensions, int filters, long[] kernelSize, ConvolutionOptions options, out long[] window, out GraphVariable kernel)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        CheckRank(x, dimensions + 2, kind);
        long channels = Channels(x, kind);
        window = Each(kernelSize, dimensions, "sizes");
        VariableScope scope = Open(kind, options.Name, options.Reuse);
        kernel = Weight("kernel", [.. window, channels, filters], x.DType, options.KernelInitializer, options.KernelRegularizer, options.Trainable);
        return scope;
    }

    private static NodeAttributes Convolution(ConvolutionOptions options, int dimensions) => new()
    {
        ["strides"] = Around(Each(options.Strides, dimensions, "strides")),
        ["dilations"] = Around(Each(options.DilationRate, dimensions, "dilation rates")),
        ["padding"] = Padding(options.Padding),
    };

    private Operand Enlarged(GraphTensor x, GraphTensor shape, int axis, long window, long stride, string padding)
    {
        long more = padding == "VALID" ? Math.Max(window - stride, 0) : 0;
        if (x.Shape[axis] >= 0)
        {
            return x.Shape[axis] * stride + more;
        }

        GraphTensor size = _g.Element(shape, axis) * stride;
        return more > 0 ? size + more : size;
    }

    private static void CheckRank(GraphTensor x, int rank, string kind)
    {
        if (x.Shape.Rank != rank)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The layer '{kind}' takes tensors of {rank} dimensions, batch first and channels last; '{x.Name}' is {x.Shape}.", x.Operation.Name);
        }
    }

    private static long[] Around(long[] inner) => [1, .. inner, 1];

    private static string Padding(string padding) => padding?.ToUpperInvariant() is "VALID" or "SAME"
        ? padding.ToUpperInvariant()
        : throw new ArgumentException($"The padding is 'valid' or 'same', not '{padding}'.", nameof(padding));

    private static long[] Each(long[] sizes, int dimensions, string what)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        long[] each = sizes.Length == 1 ? [.. Enumerable.Repeat(sizes[0], dimensions)] : sizes;
        return each.Length == dimensions && Array.TrueForAll(each, size => size >= 1)
            ? each
            : throw new ArgumentException($"A window over {dimensions} dimensions has one number or {dimensions} as its {what}, 1 or more; there is [{string.Join(", ", sizes)}].", nameof(sizes));
    }
}
