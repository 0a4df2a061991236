using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Random numbers of generators whose state is a variable, and of chance.</summary>
internal static class GeneratorKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet integers = TypeSet.Of(DType.Int32, DType.Int64, DType.UInt32, DType.UInt64);
        table.Add("NonDeterministicInts", "dtype", integers, (_, _) => Chance);
        table.Add("RngReadAndSkip", ReadAndSkip);
        table.Add("RngSkip", Skip);
        table.Add("StatefulStandardNormal", "dtype", TypeSet.Floats, (_, _) => Tagged);
        table.Add("StatefulStandardNormalV2", "dtype", TypeSet.Floats, (_, _) => context => Draw(context, Filling.Normal));
        table.Add("StatefulTruncatedNormal", "dtype", TypeSet.Floats, (_, _) => context => Draw(context, Filling.TruncatedNormal));
        table.Add("StatefulUniform", "dtype", TypeSet.Floats, (_, _) => context => Draw(context, Filling.Uniform));
        table.Add("StatefulUniformFullInt", "dtype", integers, (_, _) => context => Draw(context, Filling.FullInteger));
        table.Add("StatefulUniformInt", "dtype", TypeSet.Indices, (_, _) => context => Draw(
            context, (run, stream, target) => Filling.UniformInteger(run, stream, target, run.Input(3), run.Input(4))));
    }

    private static void Draw(KernelContext context, Filling.Fill fill)
    {
        GeneratorVariable.AlgorithmOf(context.Input(1));
        Value result = RandomKernels.AllocateShape(context, 2);
        fill(context, GeneratorVariable.Take(context, context.Input(1), (ulong)result.LongCount * RandomFill.BlocksPerNumber), result);
    }

    private static void Tagged(KernelContext context)
    {
        Value result = RandomKernels.AllocateShape(context, 1);
        Filling.Normal(context, GeneratorVariable.TakeTagged(context, (ulong)result.LongCount * RandomFill.BlocksPerNumber), result);
    }

    private static void Skip(KernelContext context)
    {
        Value delta = context.Input(2);
        if (delta.Rank != 0)
        {
            throw Failure.Invalid($"delta must have shape [], not {delta.Shape}");
        }

        GeneratorVariable.Take(context, context.Input(1), (ulong)delta.Integer(0) * RandomFill.BlocksPerNumber);
    }

    private static void ReadAndSkip(KernelContext context)
    {
        Value delta = context.Input(2);
        if (delta.Rank != 0)
        {
            throw Failure.Invalid($"delta must have shape [], not {delta.Shape}");
        }

        Philox stream = GeneratorVariable.Take(context, context.Input(1), delta.Span<ulong>()[0] * RandomFill.BlocksPerNumber);
        Span<long> state = context.Allocate(0, [3]).Span<long>();
        (state[0], state[1], state[2]) = ((long)(ulong)stream.Counter, (long)(ulong)(stream.Counter >> 64), (long)stream.Key);
    }

    private static void Chance(KernelContext context)
    {
        Value result = RandomKernels.AllocateShape(context);
        RandomNumberGenerator.Fill(result.DType.Size() == sizeof(uint)
            ? MemoryMarshal.AsBytes(result.Elements<uint>())
            : MemoryMarshal.AsBytes(result.Elements<ulong>()));
    }
}
