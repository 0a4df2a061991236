namespace ModelSessions;

/// <content>Pooling.</content>
public sealed partial class LayerBuilder
{
    /// <summary>The greatest element of each window of a sequence [batch, length, channels].</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="poolSize">The window: one number for all dimensions, or one for each.</param>
    /// <param name="strides">Its steps.</param>
    /// <param name="padding"><c>valid</c> or <c>same</c>.</param>
    /// <param name="name">The layer's scope; its kind with a number if null.</param>
    public GraphTensor MaxPooling1D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Line("max_pooling1d", "MaxPool", x, poolSize, strides, padding, name);

    /// <summary>The mean of each window of a sequence [batch, length, channels].</summary>
    /// <inheritdoc cref="MaxPooling1D"/>
    public GraphTensor AveragePooling1D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Line("average_pooling1d", "AvgPool", x, poolSize, strides, padding, name);

    /// <summary>The greatest element of each window of images [batch, height, width, channels].</summary>
    /// <inheritdoc cref="MaxPooling1D"/>
    public GraphTensor MaxPooling2D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Pool("max_pooling2d", "MaxPool", x, 2, poolSize, strides, padding, name);

    /// <summary>The mean of each window of images [batch, height, width, channels].</summary>
    /// <inheritdoc cref="MaxPooling1D"/>
    public GraphTensor AveragePooling2D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Pool("average_pooling2d", "AvgPool", x, 2, poolSize, strides, padding, name);

    /// <summary>The greatest element of each window of volumes [batch, depth, height, width, channels].</summary>
    /// <inheritdoc cref="MaxPooling1D"/>
    public GraphTensor MaxPooling3D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Pool("max_pooling3d", "MaxPool3D", x, 3, poolSize, strides, padding, name);

    /// <summary>The mean of each window of volumes [batch, depth, height, width, channels].</summary>
    /// <inheritdoc cref="MaxPooling1D"/>
    public GraphTensor AveragePooling3D(GraphTensor x, long[] poolSize, long[] strides, string padding = "valid", string? name = null) =>
        Pool("average_pooling3d", "AvgPool3D", x, 3, poolSize, strides, padding, name);

    private GraphTensor Pool(string kind, string type, GraphTensor x, int dimensions, long[] poolSize, long[] strides, string padding, string? name)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckRank(x, dimensions + 2, kind);
        using VariableScope scope = Open(kind, name, null);
        return _g.Add(type, type, Window(Each(poolSize, dimensions, "sizes"), Each(strides, dimensions, "strides"), padding), x);
    }

    private GraphTensor Line(string kind, string type, GraphTensor x, long[] poolSize, long[] strides, string padding, string? name)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckRank(x, 3, kind);
        using VariableScope scope = Open(kind, name, null);
        GraphTensor image = _g.ExpandDims(x, 2);
        NodeAttributes attributes = Window([Each(poolSize, 1, "sizes")[0], 1], [Each(strides, 1, "strides")[0], 1], padding);
        return _g.Squeeze(_g.Add(type, type, attributes, image), [2]);
    }

    private static NodeAttributes Window(long[] sizes, long[] strides, string padding) =>
        new() { ["ksize"] = Around(sizes), ["strides"] = Around(strides), ["padding"] = Padding(padding) };
}
