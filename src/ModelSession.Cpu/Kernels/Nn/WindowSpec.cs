using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Strides, dilations and padding of a node over 2-D images, read once.</summary>
internal sealed class WindowSpec
{
    private readonly string _padding;
    private readonly long[] _strides;
    private readonly long[] _dilations;
    private readonly long[] _explicit;

    public WindowSpec(GraphOperation node)
    {
        Format = node.Attributes.ContainsKey("data_format") ? node.String("data_format") : "NHWC";
        IsDepthwise = node.Type.StartsWith("DepthwiseConv2d", StringComparison.Ordinal);
        _padding = node.String("padding");
        _strides = [.. node.Ints("strides")];
        _dilations = node.Attributes.ContainsKey("dilations") ? [.. node.Ints("dilations")] : [1, 1, 1, 1];
        _explicit = node.Attributes.ContainsKey("explicit_paddings") ? [.. node.Ints("explicit_paddings")] : [];
        if (Format != "NHWC")
        {
            throw new UnsupportedFeatureException(
                $"Node '{node.Name}' ({node.Type}) has data_format {Format}; TensorFlow's CPU kernels and the embedded engine take NHWC.", $"{node.Type} ({Format})");
        }
    }

    public string Format { get; }

    /// <summary>Whether each channel has filters of its own.</summary>
    public bool IsDepthwise { get; }

    /// <summary>The window over the rows or columns.</summary>
    /// <param name="dimension">1 for rows, 2 for columns.</param>
    /// <param name="input">Elements of the input.</param>
    /// <param name="window">Elements of the window.</param>
    public WindowAxis Axis(int dimension, long input, long window)
    {
        if (_strides.Length != 4 || _strides[0] != 1 || _strides[3] != 1 || _strides[dimension] < 1)
        {
            throw Failure.Invalid($"The strides [{string.Join(", ", _strides)}] must be positive, and 1 for batch and channels.");
        }

        int size = checked((int)input), kernel = checked((int)window), stride = checked((int)_strides[dimension]), dilation = checked((int)_dilations[dimension]);
        WindowAxis axis = _padding switch
        {
            "SAME" => WindowAxis.Same(size, kernel, stride, dilation),
            "VALID" => WindowAxis.Valid(size, kernel, stride, dilation),
            _ => WindowAxis.Explicit(size, kernel, stride, dilation, checked((int)_explicit[2 * dimension]), checked((int)_explicit[2 * dimension + 1])),
        };
        return axis.Output > 0 || input == 0
            ? axis
            : throw Failure.Invalid($"Computed output size would be negative: input {input}, window {axis.Reach}, stride {stride}, padding {_padding}.");
    }
}
