using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Poisson-distributed numbers.</summary>
internal static class PoissonKernels
{
    private static readonly TypeSet Types = TypeSet.Wide | TypeSet.Indices | TypeSet.Of(DType.Float16);

    public static void Register(KernelTable table)
    {
        table.Add("RandomPoisson", "dtype", TypeSet.Wide | TypeSet.Of(DType.Float16), Stateful);
        table.Add("RandomPoissonV2", "dtype", Types, Stateful);
        table.Add("StatelessRandomPoisson", "dtype", Types, (_, _) => Stateless);
    }

    private static Kernel Stateful(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value rate = context.Input(1);
            Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(0), rate.Dimensions, appended: true));
            if (result.LongCount > 0)
            {
                Draw(context, generator.Take((ulong)result.LongCount * RandomFill.BlocksPerNumber), rate, result);
            }
        };
    }

    private static void Stateless(KernelContext context)
    {
        Value rate = context.Input(2);
        Philox stream = StatelessRandomKernels.StreamOfSeed(context.Input(1));
        Value result = context.Allocate(0, ParameterSamples.Shape(context.Input(0), rate.Dimensions, appended: false));
        if (result.LongCount > 0)
        {
            Draw(context, stream, rate, result);
        }
    }

    // In double, whatever the types.
    private static void Draw(KernelContext context, Philox stream, Value rate, Value result)
    {
        Span<double> rates = context.Scratch<double>(rate.Count), numbers = context.Scratch<double>(result.Count);
        NumberSpans.Read(rate, rates);
        if (rates.Contains(double.NaN))
        {
            throw Failure.Invalid("A rate is NaN.");
        }

        ParameterSamples.Fill(context.Workers, stream, rate.Count, new Sampler(rates), numbers);
        NumberSpans.Write<double>(numbers, result);
    }

    private readonly ref struct Sampler(ReadOnlySpan<double> rates) : ISampler<double>
    {
        private readonly ReadOnlySpan<double> _rates = rates;

        public double Sample(int parameter, Philox stream, ulong number) =>
            PoissonSampler.Sample(stream.Skip(number * RandomFill.BlocksPerNumber), _rates[parameter]);
    }
}
