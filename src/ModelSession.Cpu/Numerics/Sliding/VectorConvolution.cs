namespace ModelSessions.Cpu.Numerics;

/// <summary>Convolutions of floats or doubles by vectors: chooses the way for a geometry.</summary>
internal static unsafe class VectorConvolution
{
    private enum Direction
    {
        Forward,
        BackwardInput,
        BackwardFilter,
    }

    /// <summary>Convolves, then applies the epilogue.</summary>
    public static void Forward<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, Epilogue<T> epilogue,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (geometry.OutputCount == 0)
        {
            return;
        }

        if (AsProduct(geometry, out int rows, out int factors))
        {
            VectorGemm.Multiply(new GemmShape(rows, geometry.OutputChannels, factors), input, filter, output, epilogue, pool, workspace);
            return;
        }

        fixed (T* inputPointer = input, filterPointer = filter, outputPointer = output, bias = epilogue.Bias)
        {
            VectorWidth.Run<T, Action>(new Action(
                Direction.Forward, geometry, inputPointer, filterPointer, outputPointer, bias, epilogue.Activation == Activation.Relu, pool, workspace));
        }
    }

    /// <summary>The gradient of the input.</summary>
    public static void BackwardInput<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (geometry.OutputCount == 0 || geometry.InputCount == 0)
        {
            inputGradient.Clear();
            return;
        }

        if (AsProduct(geometry, out int rows, out int factors))
        {
            GemmShape shape = new(rows, factors, geometry.OutputChannels, TransposeB: true);
            VectorGemm.Multiply(shape, outputGradient, filter, inputGradient, default, pool, workspace);
            return;
        }

        fixed (T* filterPointer = filter, outputPointer = outputGradient, inputPointer = inputGradient)
        {
            VectorWidth.Run<T, Action>(new Action(
                Direction.BackwardInput, geometry, inputPointer, filterPointer, outputPointer, null, false, pool, workspace));
        }
    }

    /// <summary>The gradient of the filter.</summary>
    public static void BackwardFilter<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (geometry.OutputCount == 0 || geometry.FilterCount == 0)
        {
            filterGradient.Clear();
            return;
        }

        fixed (T* inputPointer = input, outputPointer = outputGradient, filterPointer = filterGradient)
        {
            VectorWidth.Run<T, Action>(new Action(
                Direction.BackwardFilter, geometry, inputPointer, filterPointer, outputPointer, null, false, pool, workspace));
        }
    }

    // A window of one element, or one that covers the image: a plain product of matrices.
    private static bool AsProduct(in ConvolutionGeometry geometry, out int rows, out int factors)
    {
        bool pixels = IsPixel(geometry.Rows) && IsPixel(geometry.Columns);
        bool images = IsWhole(geometry.Rows) && IsWhole(geometry.Columns);
        rows = pixels ? geometry.Batch * geometry.Rows.Input * geometry.Columns.Input : geometry.Batch;
        factors = pixels ? geometry.InputChannels : geometry.Rows.Window * geometry.Columns.Window * geometry.InputChannels;
        return geometry.Groups == 1 && (pixels || images);
    }

    private static bool IsPixel(in WindowAxis axis) => axis is { Window: 1, Stride: 1, PadBefore: 0 } && axis.Output == axis.Input;

    private static bool IsWhole(in WindowAxis axis) =>
        axis is { PadBefore: 0, Output: 1 } && axis.Window == axis.Input && (axis.Dilation == 1 || axis.Window == 1);

    private readonly struct Action(
        Direction direction, ConvolutionGeometry geometry, void* input, void* filter, void* output, void* bias, bool relu,
        WorkerPool pool, Workspace workspace) : IVectorAction
    {
        public void Run<T, TVector, TLanes>()
            where T : unmanaged
            where TVector : struct
            where TLanes : ILanes<TVector, T>
        {
            // Doubles are asked for where every digit counts.
            if (typeof(T) == typeof(float) && WinogradChoice.Suits(geometry))
            {
                RunWinograd<T, TVector, TLanes>();
            }
            else
            {
                RunSliding<T, TVector, TLanes>();
            }
        }

        private void RunWinograd<T, TVector, TLanes>()
            where T : unmanaged
            where TVector : struct
            where TLanes : ILanes<TVector, T>
        {
            switch (direction)
            {
                case Direction.Forward:
                    Winograd<T, TVector, TLanes>.Forward(geometry, (T*)input, (T*)filter, (T*)output, (T*)bias, relu, pool, workspace);
                    break;
                case Direction.BackwardInput:
                    Winograd<T, TVector, TLanes>.BackwardInput(geometry, (T*)filter, (T*)output, (T*)input, pool, workspace);
                    break;
                default:
                    Winograd<T, TVector, TLanes>.BackwardFilter(geometry, (T*)input, (T*)output, (T*)filter, pool, workspace);
                    break;
            }
        }

        private void RunSliding<T, TVector, TLanes>()
            where T : unmanaged
            where TVector : struct
            where TLanes : ILanes<TVector, T>
        {
            switch (direction)
            {
                case Direction.Forward:
                    SlidingConvolution<T, TVector, TLanes>.Forward(
                        geometry, (T*)input, (T*)filter, (T*)output, (T*)bias, relu, pool, workspace);
                    break;
                case Direction.BackwardInput:
                    SlidingConvolution<T, TVector, TLanes>.BackwardInput(
                        geometry, (T*)filter, (T*)output, (T*)input, pool, workspace);
                    break;
                default:
                    SlidingFilterGradient<T, TVector, TLanes>.Compute(
                        geometry, (T*)input, (T*)output, (T*)filter, pool, workspace);
                    break;
            }
        }
    }
}
