namespace ModelSessions.Cpu.Numerics;

/// <summary>The dimensions of a convolution or a pool over volumes: NDHWC, filter DHWIO.</summary>
/// <param name="Batch">The number of volumes.</param>
/// <param name="Planes">The depth; its dilation is 1.</param>
/// <param name="Rows">The height; its dilation is 1.</param>
/// <param name="Columns">The width; its dilation is 1.</param>
/// <param name="InputChannels">Channels of the input.</param>
/// <param name="OutputChannels">Channels of the output; a pool's are the input's.</param>
internal readonly record struct VolumeGeometry(
    int Batch, WindowAxis Planes, WindowAxis Rows, WindowAxis Columns, int InputChannels, int OutputChannels)
{
    /// <summary>Windows of the whole batch.</summary>
    public long WindowCount => (long)Batch * Planes.Output * Rows.Output * Columns.Output;

    /// <summary>Elements of the input.</summary>
    public long InputCount => (long)Batch * Planes.Input * Rows.Input * Columns.Input * InputChannels;

    /// <summary>Elements of a window, over all input channels.</summary>
    public int WindowLength => Planes.Window * Rows.Window * Columns.Window * InputChannels;

    /// <summary>The shape of the output.</summary>
    public long[] OutputShape => [Batch, Planes.Output, Rows.Output, Columns.Output, OutputChannels];

    /// <summary>Where the channels of a voxel lie in the input.</summary>
    public int InputStart(int image, int plane, int row, int column) =>
        (((image * Planes.Input + plane) * Rows.Input + row) * Columns.Input + column) * InputChannels;
}
