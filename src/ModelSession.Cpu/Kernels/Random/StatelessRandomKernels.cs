using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Random numbers that depend on their seed alone: given as two numbers, or (V2) as key and counter.</summary>
internal static class StatelessRandomKernels
{
    public const int AlgorithmPhilox = 1;
    public const int AlgorithmAuto = 3;

    public static void Register(KernelTable table)
    {
        TypeSet integers = TypeSet.Of(DType.Int32, DType.Int64, DType.UInt32, DType.UInt64);
        table.Add("StatelessRandomGetAlg", context => context.Allocate(0, []).Span<int>()[0] = AlgorithmPhilox);
        table.Add("StatelessRandomGetKeyCounter", context => WriteKeyCounter(context));
        table.Add("StatelessRandomGetKeyCounterAlg", context =>
        {
            WriteKeyCounter(context);
            context.Allocate(2, []).Span<int>()[0] = AlgorithmPhilox;
        });
        table.Add("StatelessRandomNormal", "dtype", TypeSet.Floats, (_, _) => BySeed(Filling.Normal));
        table.Add("StatelessRandomNormalV2", "dtype", TypeSet.Floats, (_, _) => ByKey(Filling.Normal));
        table.Add("StatelessRandomUniform", "dtype", TypeSet.Floats, (_, _) => BySeed(Filling.Uniform));
        table.Add("StatelessRandomUniformFullInt", "dtype", integers, (_, _) => BySeed(Filling.FullInteger));
        table.Add("StatelessRandomUniformFullIntV2", "dtype", integers, (_, _) => ByKey(Filling.FullInteger));
        table.Add("StatelessRandomUniformInt", "dtype", TypeSet.Indices, (_, _) => BySeed(
            (context, stream, target) => Filling.UniformInteger(context, stream, target, context.Input(2), context.Input(3))));
        table.Add("StatelessRandomUniformIntV2", "dtype", TypeSet.Indices, (_, _) => ByKey(
            (context, stream, target) => Filling.UniformInteger(context, stream, target, context.Input(4), context.Input(5))));
        table.Add("StatelessRandomUniformV2", "dtype", TypeSet.Floats, (_, _) => ByKey(Filling.Uniform));
        table.Add("StatelessTruncatedNormal", "dtype", TypeSet.Floats, (_, _) => BySeed(Filling.TruncatedNormal));
        table.Add("StatelessTruncatedNormalV2", "dtype", TypeSet.Floats, (_, _) => ByKey(Filling.TruncatedNormal));
    }

    /// <summary>The stream of a pair of seeds.</summary>
    public static Philox StreamOfSeed(Value seed) => seed.Rank == 1 && seed.LongCount == 2
        ? Philox.FromStatelessSeed(seed.Integer(0), seed.Integer(1))
        : throw Failure.Invalid($"seed must have shape [2], not {seed.Shape}");

    /// <summary>The stream of a key, a counter and an algorithm, three inputs.</summary>
    public static Philox StreamOfKey(KernelContext context, int input)
    {
        Value key = context.Input(input), counter = context.Input(input + 1);
        if (key.Rank != 1 || key.LongCount != 1 || counter.Rank != 1 || counter.LongCount < 2)
        {
            throw Failure.Invalid($"key must have shape [1] and counter at least [2], not {key.Shape} and {counter.Shape}");
        }

        GeneratorVariable.CheckAlgorithm(GeneratorVariable.AlgorithmOf(context.Input(input + 2)));
        return new Philox(key.Span<ulong>()[0], new UInt128(counter.Span<ulong>()[1], counter.Span<ulong>()[0]));
    }

    private static void WriteKeyCounter(KernelContext context)
    {
        Philox stream = StreamOfSeed(context.Input(0));
        context.Allocate(0, [1]).Span<ulong>()[0] = stream.Key;
        Span<ulong> counter = context.Allocate(1, [2]).Span<ulong>();
        (counter[0], counter[1]) = ((ulong)stream.Counter, (ulong)(stream.Counter >> 64));
    }

    private static Kernel BySeed(Filling.Fill fill) => context =>
        fill(context, StreamOfSeed(context.Input(1)), RandomKernels.AllocateShape(context));

    private static Kernel ByKey(Filling.Fill fill) => context =>
    {
        Philox stream = StreamOfKey(context, 1);
        fill(context, stream, RandomKernels.AllocateShape(context));
    };
}
