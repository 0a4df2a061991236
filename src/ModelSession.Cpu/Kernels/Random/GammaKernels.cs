using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Gamma-distributed numbers, and how they depend on the parameter.</summary>
internal static class GammaKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RandomGamma", "T", TypeSet.Floats, Stateful);
        table.Add("StatelessRandomGammaV2", "dtype", TypeSet.Floats, (_, _) => context => Stateless(context, StatelessRandomKernels.StreamOfSeed(context.Input(1)), 2));
        table.Add("StatelessRandomGammaV3", "dtype", TypeSet.Floats, (_, _) => context => Stateless(context, StatelessRandomKernels.StreamOfKey(context, 1), 4));
    }

    private static Kernel Stateful(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value alpha = context.Input(1);
            Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(0), alpha.Dimensions, appended: true));
            Draw(context, () => generator.Take((ulong)result.LongCount * RandomFill.BlocksPerNumber), alpha, result);
        };
    }

    private static void Stateless(KernelContext context, Philox stream, int input)
    {
        Value alpha = context.Input(input);
        Draw(context, () => stream, alpha, context.Allocate(0, ParameterSamples.Shape(context.Input(0), alpha.Dimensions, appended: false)));
    }

    // In double, whatever the type.
    private static void Draw(KernelContext context, Func<Philox> stream, Value alpha, Value result)
    {
        if (result.LongCount == 0)
        {
            return;
        }

        Span<double> alphas = context.Scratch<double>(alpha.Count), numbers = context.Scratch<double>(result.Count);
        NumberSpans.Read(alpha, alphas);
        ParameterSamples.Fill(context.Workers, stream(), alpha.Count, new Sampler(alphas), numbers);
        NumberSpans.Write<double>(numbers, result);
    }

    private readonly ref struct Sampler(ReadOnlySpan<double> alphas) : ISampler<double>
    {
        private readonly ReadOnlySpan<double> _alphas = alphas;

        public double Sample(int parameter, Philox stream, ulong number) =>
            GammaSampler.Sample(stream.Skip(number * RandomFill.BlocksPerNumber), _alphas[parameter]);
    }
}
