namespace ModelSessions.Cpu.Numerics;

/// <summary>One dimension of a sliding product: destination element First + i·DestinationStep sums over taps the source elements at
/// i·SourceStep + the tap's offset. A convolution has one phase; the gradient of its input has one for each element that the
/// stride steps over, because they meet different taps.</summary>
/// <param name="First">The first destination element.</param>
/// <param name="DestinationStep">From one destination element to the next.</param>
/// <param name="Count">Destination elements.</param>
/// <param name="SourceStep">From one position in the source to the next.</param>
internal readonly record struct AxisPhase(int First, int DestinationStep, int Count, int SourceStep)
{
    /// <summary>The only phase of a convolution.</summary>
    public static AxisPhase Forward(in WindowAxis axis) => new(0, 1, axis.Output, axis.Stride);

    /// <summary>One phase of the gradient of the input.</summary>
    public static AxisPhase Backward(in WindowAxis axis, int phase) =>
        new(phase, axis.Stride, Math.Max((axis.Input - phase + axis.Stride - 1) / axis.Stride, 0), 1);

    /// <summary>The taps of a convolution: all, in order.</summary>
    public static int ForwardTaps(in WindowAxis axis, Span<Tap> taps)
    {
        for (int i = 0; i < axis.Window; i++)
        {
            taps[i] = new Tap(i, i * axis.Dilation - axis.PadBefore);
        }

        return axis.Window;
    }

    /// <summary>The taps that a phase of the gradient meets, by rising offset.</summary>
    public static int BackwardTaps(in WindowAxis axis, int phase, Span<Tap> taps)
    {
        int count = 0;
        for (int i = axis.Window - 1; i >= 0; i--)
        {
            int distance = phase + axis.PadBefore - i * axis.Dilation;
            if (distance % axis.Stride == 0)
            {
                taps[count++] = new Tap(i, distance / axis.Stride);
            }
        }

        return count;
    }
}

/// <summary>An element of a window.</summary>
/// <param name="Index">Which.</param>
/// <param name="Offset">Where it reads, from the window's position.</param>
internal readonly record struct Tap(int Index, int Offset);
