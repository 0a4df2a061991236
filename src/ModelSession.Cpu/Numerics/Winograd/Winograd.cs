namespace ModelSessions.Cpu.Numerics;

/// <summary>Convolutions of 3 × 3 and 5 × 5 windows with a quarter or a third of the products (see <see cref="WinogradPoints"/>).
/// NaN and infinity in an input reach all outputs of its tile, which are neighbours of those that see it.</summary>
internal static unsafe class Winograd<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    /// <summary>Convolves, then applies the epilogue.</summary>
    public static void Forward(
        in ConvolutionGeometry geometry, T* input, T* filter, T* output, T* bias, bool relu, WorkerPool pool, Workspace workspace)
    {
        int taps = geometry.Rows.Window;
        WinogradImages<T> source = new(
            input, geometry.Rows.Input, geometry.Columns.Input, geometry.InputChannels, -geometry.Rows.PadBefore, -geometry.Columns.PadBefore);
        WinogradImages<T> destination = new(output, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels, 0, 0);
        Product(geometry.Batch, taps, source, destination, filter, flipped: false, bias, relu, pool, workspace);
    }

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput(
        in ConvolutionGeometry geometry, T* filter, T* outputGradient, T* inputGradient, WorkerPool pool, Workspace workspace)
    {
        int taps = geometry.Rows.Window;
        WinogradImages<T> source = new(
            outputGradient, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels,
            geometry.Rows.PadBefore - taps + 1, geometry.Columns.PadBefore - taps + 1);
        WinogradImages<T> destination = new(inputGradient, geometry.Rows.Input, geometry.Columns.Input, geometry.InputChannels, 0, 0);
        Product(geometry.Batch, taps, source, destination, filter, flipped: true, null, false, pool, workspace);
    }

    /// <summary>The gradient of the filter.</summary>
    public static void BackwardFilter(
        in ConvolutionGeometry geometry, T* input, T* outputGradient, T* filterGradient, WorkerPool pool, Workspace workspace)
    {
        WinogradImages<T> source = new(
            input, geometry.Rows.Input, geometry.Columns.Input, geometry.InputChannels, -geometry.Rows.PadBefore, -geometry.Columns.PadBefore);
        WinogradImages<T> results = new(outputGradient, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels, 0, 0);
        if (geometry.Rows.Window == 3)
        {
            WinogradFilterGradient<T, TVector, TLanes, Constant4>.Compute(geometry.Batch, source, results, filterGradient, pool, workspace);
        }
        else
        {
            WinogradFilterGradient<T, TVector, TLanes, Constant2>.Compute(geometry.Batch, source, results, filterGradient, pool, workspace);
        }
    }

    private static void Product(
        int batch, int taps, in WinogradImages<T> source, in WinogradImages<T> destination, T* filter, bool flipped,
        T* bias, bool relu, WorkerPool pool, Workspace workspace)
    {
        if (taps == 3)
        {
            WinogradProduct<T, TVector, TLanes, Constant4>.Compute(
                batch, source, destination, filter, flipped, bias, relu, pool, workspace);
        }
        else
        {
            WinogradProduct<T, TVector, TLanes, Constant2>.Compute(
                batch, source, destination, filter, flipped, bias, relu, pool, workspace);
        }
    }
}

/// <summary>When Winograd's way is taken.</summary>
internal static class WinogradChoice
{
    // Fewer tiles do not pay for the transformation of the filter.
    private const int LeastTiles = 32;

    // Channels in multiples of the widest vectors, so that the choice does not depend on the processor.
    private const int ChannelUnit = 16;

    /// <summary>Whether it suits a convolution and its gradients.</summary>
    public static bool Suits(in ConvolutionGeometry geometry)
    {
        int taps = geometry.Rows.Window;
        int size = WinogradPoints.Count - taps + 1;
        return taps is 3 or 5
            && geometry.Columns.Window == taps
            && IsPlain(geometry.Rows) && IsPlain(geometry.Columns)
            && geometry.Groups == 1
            && geometry.InputChannels % ChannelUnit == 0 && geometry.OutputChannels % ChannelUnit == 0
            && (long)geometry.Batch * ((geometry.Rows.Output + size - 1) / size) * ((geometry.Columns.Output + size - 1) / size) >= LeastTiles;
    }

    private static bool IsPlain(in WindowAxis axis) => axis is { Stride: 1, Dilation: 1 };
}
