using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Binomially distributed numbers: how many of some tries succeed.</summary>
internal static class BinomialKernels
{
    // Blocks that TensorFlow leaves to a number made by geometric steps.
    private const int BlocksPerInversion = 42;

    private static readonly TypeSet Types = TypeSet.Wide | TypeSet.Indices | TypeSet.Of(DType.Float16);

    public static void Register(KernelTable table)
    {
        table.Add("StatefulRandomBinomial", "dtype", Types, (node, _) => Of(node, stateful: true));
        table.Add("StatelessRandomBinomial", "dtype", Types, (node, _) => Of(node, stateful: false));
    }

    private static Kernel Of(GraphOperation node, bool stateful) => node.DType("T") switch
    {
        DType.Float16 => context => Draw<Half>(context, stateful),
        DType.Float32 => context => Draw<float>(context, stateful),
        _ => context => Draw<double>(context, stateful),
    };

    private static void Draw<T>(KernelContext context, bool stateful)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int first = stateful ? 3 : 2;
        Value counts = context.Input(first), probabilities = context.Input(first + 1);
        long[] batch = new long[System.Math.Max(counts.Rank, probabilities.Rank)];
        if (!BroadcastLoop.TryMerge(counts.Dimensions, probabilities.Dimensions, batch))
        {
            throw Failure.Invalid($"counts and probs must have compatible batch dimensions: {counts.Shape} vs. {probabilities.Shape}");
        }

        Philox stream = stateful ? default : StatelessRandomKernels.StreamOfSeed(context.Input(1));
        Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(stateful ? 2 : 0), batch, appended: false));
        int parameters = checked((int)new Shape(batch).ElementCount);
        if (stateful)
        {
            long samples = parameters == 0 ? 0 : result.LongCount / parameters;
            stream = GeneratorVariable.Take(context, context.Input(1), (ulong)(parameters * 2L * 100 * (samples + 3) / 4) * RandomFill.BlocksPerNumber);
        }

        if (result.LongCount == 0)
        {
            return;
        }

        Span<T> tries = context.Scratch<T>(parameters), chances = context.Scratch<T>(parameters);
        StridedCopy.Stretch(context.Workers, counts.Span<T>(), counts.Dimensions, batch, tries);
        StridedCopy.Stretch(context.Workers, probabilities.Span<T>(), probabilities.Dimensions, batch, chances);
        Span<double> numbers = context.Scratch<double>(result.Count);
        ParameterSamples.Fill(context.Workers, stream, parameters, new Sampler<T>(tries, chances), numbers);
        NumberSpans.Write<double>(numbers, result);
    }

    private readonly ref struct Sampler<T>(ReadOnlySpan<T> counts, ReadOnlySpan<T> probabilities) : ISampler<double>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _counts = counts, _probabilities = probabilities;

        public double Sample(int parameter, Philox stream, ulong number)
        {
            T count = _counts[parameter], probability = _probabilities[parameter];
            double tries = double.CreateTruncating(count);
            if (T.IsNaN(probability) || tries <= 0 || probability <= T.Zero || probability >= T.One)
            {
                return T.IsNaN(probability) && tries > 0 ? double.NaN : probability >= T.One && tries > 0 ? tries : 0;
            }

            // The rarer of success and failure is counted.
            bool rare = probability <= T.CreateTruncating(0.5);
            T chance = rare ? probability : T.One - probability;
            double events = count * chance >= T.CreateTruncating(10)
                ? BinomialSampler.Rejection(stream.Skip(number * RandomFill.BlocksPerNumber), tries, double.CreateTruncating(chance))
                : BinomialSampler.Inversion(stream.Skip(number * BlocksPerInversion), tries, double.CreateTruncating(chance));
            return rare ? events : tries - events;
        }
    }
}
