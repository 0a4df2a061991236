using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>One number of a distribution that has parameters.</summary>
internal interface ISampler<T>
    where T : unmanaged
{
    /// <summary>A number.</summary>
    /// <param name="parameter">Which of the parameters.</param>
    /// <param name="stream">The stream; a sampler takes what it needs from it, skipping for the number that it makes.</param>
    /// <param name="number">Which number, counted over all samples of a parameter and then over parameters.</param>
    T Sample(int parameter, Philox stream, ulong number);
}

/// <summary>Many samples for each of some parameters: in memory the parameters of a sample lie side by side.</summary>
internal static class ParameterSamples
{
    // Numbers that are worth a thread.
    private const int Grain = 256;

    /// <summary>The shape that a vector gives, to which the parameters' shape is added.</summary>
    /// <param name="sizes">The vector.</param>
    /// <param name="parameters">The parameters' shape.</param>
    /// <param name="appended">Whether it is added; else the vector must end with it already.</param>
    public static long[] Shape(Value sizes, ReadOnlySpan<long> parameters, bool appended)
    {
        if (sizes.Rank != 1)
        {
            throw Failure.Invalid($"Input shape should be a vector, got shape: {sizes.Shape}");
        }

        long[] shape = new long[sizes.ShapeLength + (appended ? parameters.Length : 0)];
        FillKernels.ReadShape(sizes, shape.AsSpan(0, sizes.ShapeLength));
        if (appended)
        {
            parameters.CopyTo(shape.AsSpan(sizes.ShapeLength));
        }
        else if (!shape.AsSpan().EndsWith(parameters))
        {
            throw Failure.Invalid($"Shape passed in must end with broadcasted shape: {new Shape(shape)} does not end with {new Shape(parameters)}.");
        }

        return shape;
    }

    /// <summary>Fills a target.</summary>
    public static void Fill<TSampler, T>(WorkerPool workers, Philox stream, int parameters, TSampler sampler, Span<T> target)
        where TSampler : struct, ISampler<T>, allows ref struct
        where T : unmanaged =>
        workers.ForRange(target.Length, Grain, new Body<TSampler, T>(stream, parameters, sampler, target));

    private readonly ref struct Body<TSampler, T>(Philox stream, int parameters, TSampler sampler, Span<T> target) : IRangeBody
        where TSampler : struct, ISampler<T>, allows ref struct
        where T : unmanaged
    {
        private readonly TSampler _sampler = sampler;
        private readonly Span<T> _target = target;

        public void Run(long start, long length)
        {
            long samples = _target.Length / parameters;
            for (long number = start; number < start + length; number++)
            {
                (long parameter, long sample) = System.Math.DivRem(number, samples);
                _target[(int)(sample * parameters + parameter)] = _sampler.Sample((int)parameter, stream, (ulong)number);
            }
        }
    }
}
