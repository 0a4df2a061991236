namespace ModelSessions.Cpu.Numerics;

/// <summary>One spatial dimension of a window that slides over an input.</summary>
/// <param name="Input">Elements of the input.</param>
/// <param name="Window">Elements of the window.</param>
/// <param name="Stride">The step between windows.</param>
/// <param name="Dilation">The step between the elements of a window.</param>
/// <param name="PadBefore">Elements missing before the input; the window reads zeros (a pool skips them).</param>
/// <param name="Output">The number of windows.</param>
internal readonly record struct WindowAxis(int Input, int Window, int Stride, int Dilation, int PadBefore, int Output)
{
    /// <summary>Elements that a window reaches over.</summary>
    public int Reach => (Window - 1) * Dilation + 1;

    /// <summary>TensorFlow's SAME: as many windows as strides begin in the input, the odd element of padding at the end.</summary>
    public static WindowAxis Same(int input, int window, int stride, int dilation = 1)
    {
        int output = (input + stride - 1) / stride;
        int padding = Math.Max((output - 1) * stride + (window - 1) * dilation + 1 - input, 0);
        return new WindowAxis(input, window, stride, dilation, padding / 2, output);
    }

    /// <summary>TensorFlow's VALID: windows that lie inside the input.</summary>
    public static WindowAxis Valid(int input, int window, int stride, int dilation = 1) => Explicit(input, window, stride, dilation, 0, 0);

    /// <summary>Given padding. No windows (0, never less) if one does not fit.</summary>
    public static WindowAxis Explicit(int input, int window, int stride, int dilation, int padBefore, int padAfter)
    {
        int room = input + padBefore + padAfter - ((window - 1) * dilation + 1);
        return new WindowAxis(input, window, stride, dilation, padBefore, room < 0 ? 0 : room / stride + 1);
    }
}

/// <summary>The dimensions of a 2-D convolution: input NHWC, filter HWIO, output NHWC.</summary>
/// <param name="Batch">The number of images.</param>
/// <param name="Rows">The height.</param>
/// <param name="Columns">The width.</param>
/// <param name="InputChannels">Channels of the input.</param>
/// <param name="OutputChannels">Channels of the output.</param>
/// <param name="Groups">Each group of output channels reads its own group of input channels; both are multiples of it.</param>
internal readonly record struct ConvolutionGeometry(
    int Batch, WindowAxis Rows, WindowAxis Columns, int InputChannels, int OutputChannels, int Groups = 1)
{
    /// <summary>The third dimension of the filter.</summary>
    public int FilterInputChannels => InputChannels / Groups;

    /// <summary>Elements of the input.</summary>
    public long InputCount => (long)Batch * Rows.Input * Columns.Input * InputChannels;

    /// <summary>Elements of the filter.</summary>
    public long FilterCount => (long)Rows.Window * Columns.Window * FilterInputChannels * OutputChannels;

    /// <summary>Elements of the output.</summary>
    public long OutputCount => (long)Batch * Rows.Output * Columns.Output * OutputChannels;
}
