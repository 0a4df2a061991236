namespace ModelSessions.Cpu.Numerics;

/// <summary>Prepares <see cref="SlidingProduct{T,TVector,TLanes}"/> for a convolution or for the gradient of its input.</summary>
internal static unsafe class SlidingConvolution<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    /// <summary>Convolves, then applies the epilogue.</summary>
    public static void Forward(
        in ConvolutionGeometry geometry, T* input, T* filter, T* output, T* bias, bool relu, WorkerPool pool, Workspace workspace)
    {
        SlidingProduct<T, TVector, TLanes> product = new()
        {
            Batch = geometry.Batch,
            Groups = geometry.Groups,
            Source = input,
            SourceGroup = geometry.FilterInputChannels,
            Destination = output,
            DestinationRows = geometry.Rows.Output,
            DestinationColumns = geometry.Columns.Output,
            DestinationChannels = geometry.OutputChannels,
            Bias = bias,
            Relu = relu,
            PhaseCount = 1,
            Reach = geometry.Rows.Reach,
            Padded = PaddedImage.For(
                geometry.Rows.Input, geometry.Columns.Input, geometry.InputChannels,
                -geometry.Rows.PadBefore, End(geometry.Rows), -geometry.Columns.PadBefore, End(geometry.Columns)),
        };
        Compute(geometry, filter, transposed: false, ref product, pool, workspace);
    }

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput(
        in ConvolutionGeometry geometry, T* filter, T* outputGradient, T* inputGradient, WorkerPool pool, Workspace workspace)
    {
        (int top, int bottom) = BackwardOffsets(geometry.Rows);
        (int left, int right) = BackwardOffsets(geometry.Columns);
        SlidingProduct<T, TVector, TLanes> product = new()
        {
            Batch = geometry.Batch,
            Groups = geometry.Groups,
            Source = outputGradient,
            SourceGroup = geometry.OutputChannels / geometry.Groups,
            Destination = inputGradient,
            DestinationRows = geometry.Rows.Input,
            DestinationColumns = geometry.Columns.Input,
            DestinationChannels = geometry.InputChannels,
            PhaseCount = geometry.Rows.Stride * geometry.Columns.Stride,
            Reach = bottom - top + 1,
            Padded = PaddedImage.For(
                geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels,
                top, Positions(geometry.Rows) + bottom, left, Positions(geometry.Columns) + right),
        };
        Compute(geometry, filter, transposed: true, ref product, pool, workspace);
    }

    private static void Compute(
        in ConvolutionGeometry geometry, T* filter, bool transposed, ref SlidingProduct<T, TVector, TLanes> product,
        WorkerPool pool, Workspace workspace)
    {
        int perGroup = product.DestinationChannels / geometry.Groups;
        int taps = geometry.Rows.Window * geometry.Columns.Window;

        // One strip of whole vectors is already packed.
        bool pack = transposed || geometry.Groups > 1
            || (perGroup != Strips<T, TVector, TLanes>.Width && perGroup != TLanes.Width);
        long weights = pack
            ? (long)taps * product.SourceGroup * geometry.Groups * Strips<T, TVector, TLanes>.Count(perGroup) * Strips<T, TVector, TLanes>.Width
            : 0;
        using Workspace.Lease packedLease = workspace.Rent(weights * sizeof(T));
        using Workspace.Lease offsetsLease = workspace.Rent(taps * sizeof(nint));
        using Workspace.Lease phasesLease = workspace.Rent((long)product.PhaseCount * sizeof(SlidingPhase<T>));
        using Workspace.Lease tapsLease = workspace.Rent((long)(geometry.Rows.Window + geometry.Columns.Window) * sizeof(Tap));
        Span<Tap> rowTaps = tapsLease.Span<Tap>(0, geometry.Rows.Window);
        Span<Tap> columnTaps = tapsLease.Span<Tap>(geometry.Rows.Window, geometry.Columns.Window);
        T* packed = packedLease.Pointer<T>();
        nint* offsets = offsetsLease.Pointer<nint>();
        product.Phases = phasesLease.Pointer<SlidingPhase<T>>();
        for (int i = 0; i < product.PhaseCount; i++)
        {
            (int y, int x) = Math.DivRem(i, geometry.Columns.Stride);
            int rows = transposed ? AxisPhase.BackwardTaps(geometry.Rows, y, rowTaps) : AxisPhase.ForwardTaps(geometry.Rows, rowTaps);
            int columns = transposed ? AxisPhase.BackwardTaps(geometry.Columns, x, columnTaps) : AxisPhase.ForwardTaps(geometry.Columns, columnTaps);
            ref SlidingPhase<T> phase = ref product.Phases[i];
            phase.Rows = transposed ? AxisPhase.Backward(geometry.Rows, y) : AxisPhase.Forward(geometry.Rows);
            phase.Columns = transposed ? AxisPhase.Backward(geometry.Columns, x) : AxisPhase.Forward(geometry.Columns);
            SetSegments(ref phase, product.Padded, rowTaps[..rows], columnTaps[..columns], product.SourceGroup, geometry.Groups == 1, offsets);
            SlidingWeights<T, TVector, TLanes> body = new(geometry, filter, transposed, packed, rowTaps[..rows], columnTaps[..columns]);
            phase.Weights = pack ? packed : filter;
            phase.WeightStep = pack ? Strips<T, TVector, TLanes>.Width : geometry.OutputChannels;
            phase.StripStep = body.StripStep;
            phase.GroupStep = body.GroupStep;
            if (pack)
            {
                pool.For(rows * columns, body);
                packed += geometry.Groups * body.GroupStep;
            }

            offsets += rows * columns;
        }

        product.Compute(pool, workspace);
    }

    // Taps that lie side by side in the source make one stretch, if all do.
    private static void SetSegments(
        ref SlidingPhase<T> phase, in PaddedImage padded, ReadOnlySpan<Tap> rows, ReadOnlySpan<Tap> columns, int channels, bool wholePixels,
        nint* offsets)
    {
        bool joined = wholePixels;
        for (int i = 1; i < columns.Length; i++)
        {
            joined &= columns[i].Offset == columns[i - 1].Offset + 1;
        }

        phase.Offsets = offsets;
        phase.Run = columns.Length == 0 || rows.Length == 0 ? 0 : joined ? columns.Length * channels : channels;
        phase.Segments = phase.Run == 0 ? 0 : joined ? rows.Length : rows.Length * columns.Length;
        int perRow = joined ? 1 : columns.Length;
        for (int i = 0; i < phase.Segments; i++)
        {
            (int row, int column) = Math.DivRem(i, perRow);
            offsets[i] = (nint)(rows[row].Offset - padded.Top) * padded.RowStep + (nint)(columns[column].Offset - padded.Left) * padded.Channels;
        }
    }

    // The element after the last that a convolution reads.
    private static int End(in WindowAxis axis) => (axis.Output - 1) * axis.Stride - axis.PadBefore + axis.Reach;

    private static int Positions(in WindowAxis axis) => (axis.Input + axis.Stride - 1) / axis.Stride;

    // The least and the greatest offset of any phase's taps, rounded outwards.
    private static (int Least, int Greatest) BackwardOffsets(in WindowAxis axis)
    {
        int least = axis.PadBefore - (axis.Window - 1) * axis.Dilation;
        return ((int)Math.Floor((double)least / axis.Stride), (axis.Stride - 1 + axis.PadBefore) / axis.Stride);
    }
}
