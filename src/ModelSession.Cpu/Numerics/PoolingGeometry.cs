namespace ModelSessions.Cpu.Numerics;

/// <summary>The dimensions of a 2-D pool over NHWC.</summary>
/// <param name="Batch">The number of images.</param>
/// <param name="Rows">The height; its dilation is 1.</param>
/// <param name="Columns">The width; its dilation is 1.</param>
/// <param name="Channels">The number of channels.</param>
internal readonly record struct PoolingGeometry(int Batch, WindowAxis Rows, WindowAxis Columns, int Channels)
{
    /// <summary>Elements of the input.</summary>
    public long InputCount => (long)Batch * Rows.Input * Columns.Input * Channels;

    /// <summary>Elements of the output.</summary>
    public long OutputCount => (long)Batch * Rows.Output * Columns.Output * Channels;
}
