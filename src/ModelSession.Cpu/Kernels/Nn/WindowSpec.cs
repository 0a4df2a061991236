using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Strides, dilations and padding of a node over images (rank 4) or volumes (rank 5), read once.</summary>
internal sealed class WindowSpec
{
    private readonly GraphOperation _node;
    private readonly int _rank;
    private readonly string _format;
    private readonly string _padding;
    private readonly long[] _strides;
    private readonly long[] _dilations;
    private readonly long[] _explicit;

    /// <param name="node">The node. Its <c>strides</c> may be an input instead of an attribute.</param>
    /// <param name="rank">Dimensions with batch and channels.</param>
    public WindowSpec(GraphOperation node, int rank = 4)
    {
        _node = node;
        _rank = rank;
        _format = node.Attributes.ContainsKey("data_format") ? node.String("data_format") : "NHWC";
        IsDepthwise = node.Type.StartsWith("DepthwiseConv2d", StringComparison.Ordinal);
        _padding = node.String("padding");
        _strides = node.Attributes.ContainsKey("strides") ? [.. node.Ints("strides")] : [];
        string dilations = node.Attributes.ContainsKey("rates") ? "rates" : "dilations";
        long[] given = node.Attributes.ContainsKey(dilations) ? [.. node.Ints(dilations)] : [];
        _dilations = given.Length == 0 ? [.. Enumerable.Repeat(1L, rank)] : given;
        _explicit = node.Attributes.ContainsKey("explicit_paddings") ? [.. node.Ints("explicit_paddings")] : [];
    }

    /// <summary>Whether each channel has filters of its own.</summary>
    public bool IsDepthwise { get; }

    /// <summary>The strides that the node states.</summary>
    public ReadOnlySpan<long> Strides => _strides;

    /// <summary>Refuses what TensorFlow's CPU kernels do: channels in front, windows that step over batch or channels.</summary>
    /// <param name="format">The code for another format.</param>
    /// <param name="steps">The code for steps over batch or channels.</param>
    /// <exception cref="EngineException">With one of the codes.</exception>
    public void Check(StatusCode format, StatusCode steps)
    {
        if (_format is not ("NHWC" or "NDHWC" or "CHANNELS_LAST"))
        {
            throw new EngineException(format, $"{_node.Type} takes the tensor format {(_rank == 4 ? "NHWC" : "NDHWC")} on the CPU. The op was given the format: {_format}. Transpose its images before and after.");
        }

        if (_strides.Length != _rank || _dilations.Length != _rank)
        {
            throw Failure.Invalid($"strides and dilations must specify {_rank} dimensions, not {_strides.Length} and {_dilations.Length}.");
        }

        if (_strides[0] != 1 || _strides[^1] != 1 || _dilations[0] != 1 || _dilations[^1] != 1)
        {
            throw new EngineException(steps, $"{_node.Type} does not step over the batch or channels: strides [{string.Join(", ", _strides)}], dilations [{string.Join(", ", _dilations)}].");
        }
    }

    /// <summary>Refuses dilated windows.</summary>
    /// <exception cref="EngineException">A dilation is not 1.</exception>
    public void CheckDense()
    {
        if (_dilations.Any(dilation => dilation != 1))
        {
            throw Failure.Invalid($"{_node.Type} only supports dilated rates of 1 on the CPU, not [{string.Join(", ", _dilations)}].");
        }
    }

    /// <summary>The window over one dimension.</summary>
    /// <param name="dimension">1 for rows, 2 for columns; of volumes, one more.</param>
    /// <param name="input">Elements of the input.</param>
    /// <param name="window">Elements of the window.</param>
    public WindowAxis Axis(int dimension, long input, long window) => Axis(dimension, input, window, _strides);

    /// <summary>The window over one dimension, with strides that a run gave.</summary>
    public WindowAxis Axis(int dimension, long input, long window, ReadOnlySpan<long> strides)
    {
        long stride = strides[dimension], dilation = _dilations[dimension];
        bool padded = _padding == "EXPLICIT" && _explicit.Length == 2 * _rank;
        (long before, long after) = padded ? (_explicit[2 * dimension], _explicit[2 * dimension + 1]) : (0, 0);
        const int most = int.MaxValue / 4;
        if (stride < 1 || dilation < 1 || window < 0 || before < 0 || after < 0 || input > most || window > most || stride > most || dilation > most
            || before > most || after > most || window * dilation > most)
        {
            throw Failure.Invalid($"Stride must be > 0, but got {stride}; dilation {dilation}, window {window}, paddings {before} and {after}, input {input}.");
        }

        // Towards zero, as C++ divides.
        if (_padding != "SAME" && (input + before + after - ((window - 1) * dilation + 1) + stride) / stride < 0)
        {
            throw Failure.Invalid(
                $"Computed output size would be negative: input_size {input}, effective_filter_size {(window - 1) * dilation + 1}, stride {stride}, padding {_padding}.");
        }

        return _padding switch
        {
            "SAME" => WindowAxis.Same((int)input, (int)window, (int)stride, (int)dilation),
            "VALID" => WindowAxis.Valid((int)input, (int)window, (int)stride, (int)dilation),
            _ => WindowAxis.Explicit((int)input, (int)window, (int)stride, (int)dilation, (int)before, (int)after),
        };
    }
}
