using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.State;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>A random generator in a resource variable (<c>tf.random.Generator</c>): counter and key as three int64.</summary>
internal static class GeneratorVariable
{
    private const int Size = 3;

    /// <summary>The stream from here on, of which so many blocks are then used up.</summary>
    /// <param name="context">The run; input 0 is the variable.</param>
    /// <param name="algorithm">Which generator it is.</param>
    /// <param name="blocks">How far it moves.</param>
    public static Philox Take(KernelContext context, Value algorithm, ulong blocks)
    {
        CheckAlgorithm(AlgorithmOf(algorithm));
        return Update(context, 0, blocks);
    }

    /// <summary>As <see cref="Take"/>, for a state whose first element says which generator it is.</summary>
    public static Philox TakeTagged(KernelContext context, ulong blocks) => Update(context, 1, blocks);

    /// <summary>The number that stands for a generator, of a scalar.</summary>
    public static long AlgorithmOf(Value algorithm) => algorithm.Rank == 0
        ? algorithm.Integer(0)
        : throw Failure.Invalid($"algorithm must be of shape [], not {algorithm.Shape}");

    /// <summary>Only Philox is there, as on TensorFlow's CPU.</summary>
    public static void CheckAlgorithm(long algorithm)
    {
        const int threeFry = 2;
        if (algorithm == threeFry)
        {
            throw new EngineException(StatusCode.Unimplemented, "The algorithm ThreeFry (2) is there on XLA devices alone.");
        }

        if (algorithm is not (StatelessRandomKernels.AlgorithmPhilox or StatelessRandomKernels.AlgorithmAuto))
        {
            throw Failure.Invalid($"Unsupported algorithm id: {algorithm}. The embedded engine has Philox ({StatelessRandomKernels.AlgorithmPhilox}).");
        }
    }

    private static Philox Update(KernelContext context, int tag, ulong blocks)
    {
        ResourceVariable variable = ResourceVariableKernels.Variable(context, 0);
        lock (variable.Gate)
        {
            Value value = variable.LookUp();
            if (value.DType != DType.Int64 || value.Rank != 1 || value.LongCount < tag + Size)
            {
                throw Failure.Invalid(
                    $"The state of a random generator in the variable '{variable.Name}' must be int64 of shape [{tag + Size}] at least, not {value.DType.Name()} {value.Shape}");
            }

            Span<long> state = variable.ForUpdate().Span<long>();
            if (tag > 0)
            {
                CheckAlgorithm(state[0]);
            }

            state = state[tag..];
            Philox stream = new((ulong)state[2], new UInt128((ulong)state[1], (ulong)state[0]));
            Philox next = stream.Skip(blocks);
            (state[0], state[1]) = ((long)(ulong)next.Counter, (long)(ulong)(next.Counter >> 64));
            return stream;
        }
    }
}
