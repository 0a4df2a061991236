using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>2-D convolutions: input NHWC, filter HWIO, output NHWC. The bits do not depend on the number of threads.
/// Element types: float, double, int, Half and BFloat16 (both summed as floats).</summary>
internal static class Convolution
{
    /// <summary>Convolves, then applies the epilogue.</summary>
    /// <exception cref="NotSupportedException">Another type.</exception>
    public static void Forward<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, Epilogue<T> epilogue,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (Widening.Concerns<T>())
        {
            using WidenedOperands<T> wide = new(workspace, input, filter, output.Length, epilogue.Bias);
            Epilogue<float> wideEpilogue = new(wide.Bias, epilogue.Activation);
            Forward<float>(geometry, wide.First, wide.Second, wide.Result, wideEpilogue, pool, workspace);
            Widening.FromSingle<T>(wide.Result, output);
            return;
        }

        switch (default(T))
        {
            case float or double: VectorConvolution.Forward(geometry, input, filter, output, epilogue, pool, workspace); break;
            case int: ScalarForward<T, int, IntegerMath<int>>(geometry, input, filter, output, epilogue, pool); break;
            default: throw Unsupported<T>();
        }
    }

    /// <summary>The gradient of the input.</summary>
    /// <exception cref="NotSupportedException">Another type.</exception>
    public static void BackwardInput<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (Widening.Concerns<T>())
        {
            using WidenedOperands<T> wide = new(workspace, filter, outputGradient, inputGradient.Length);
            BackwardInput<float>(geometry, wide.First, wide.Second, wide.Result, pool, workspace);
            Widening.FromSingle<T>(wide.Result, inputGradient);
            return;
        }

        switch (default(T))
        {
            case float or double: VectorConvolution.BackwardInput(geometry, filter, outputGradient, inputGradient, pool, workspace); break;
            case int: ScalarBackwardInput<T, int, IntegerMath<int>>(geometry, filter, outputGradient, inputGradient, pool); break;
            default: throw Unsupported<T>();
        }
    }

    /// <summary>The gradient of the filter.</summary>
    /// <exception cref="NotSupportedException">Another type.</exception>
    public static void BackwardFilter<T>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient,
        WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (Widening.Concerns<T>())
        {
            using WidenedOperands<T> wide = new(workspace, input, outputGradient, filterGradient.Length);
            BackwardFilter<float>(geometry, wide.First, wide.Second, wide.Result, pool, workspace);
            Widening.FromSingle<T>(wide.Result, filterGradient);
            return;
        }

        switch (default(T))
        {
            case float or double: VectorConvolution.BackwardFilter(geometry, input, outputGradient, filterGradient, pool, workspace); break;
            case int: ScalarBackwardFilter<T, int, IntegerMath<int>>(geometry, input, outputGradient, filterGradient, pool); break;
            default: throw Unsupported<T>();
        }
    }

    private static NotSupportedException Unsupported<T>() => new($"Images of {typeof(T).Name} cannot be convolved.");

    private static void ScalarForward<T, TElement, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, Epilogue<T> epilogue, WorkerPool pool)
        where T : unmanaged
        where TElement : unmanaged
        where TMath : IScalarMath<TElement> =>
        ScalarConvolution.Forward<TElement, TMath>(
            geometry, MemoryMarshal.Cast<T, TElement>(input), MemoryMarshal.Cast<T, TElement>(filter), MemoryMarshal.Cast<T, TElement>(output),
            new Epilogue<TElement>(MemoryMarshal.Cast<T, TElement>(epilogue.Bias), epilogue.Activation), pool);

    private static void ScalarBackwardInput<T, TElement, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged
        where TElement : unmanaged
        where TMath : IScalarMath<TElement> =>
        ScalarConvolution.BackwardInput<TElement, TMath>(
            geometry, MemoryMarshal.Cast<T, TElement>(filter), MemoryMarshal.Cast<T, TElement>(outputGradient),
            MemoryMarshal.Cast<T, TElement>(inputGradient), pool);

    private static void ScalarBackwardFilter<T, TElement, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient, WorkerPool pool)
        where T : unmanaged
        where TElement : unmanaged
        where TMath : IScalarMath<TElement> =>
        ScalarConvolution.BackwardFilter<TElement, TMath>(
            geometry, MemoryMarshal.Cast<T, TElement>(input), MemoryMarshal.Cast<T, TElement>(outputGradient),
            MemoryMarshal.Cast<T, TElement>(filterGradient), pool);
}
