using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Classes drawn with the probabilities of logits.</summary>
internal static class MultinomialKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Multinomial", "T", TypeSet.Numbers, Multinomial);
        table.Add("StatelessMultinomial", "T", TypeSet.Numbers, StatelessMultinomial);
    }

    private static Kernel Multinomial(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        Kernel draw = Typed.Number<Draw>(node, node.DType("T"));
        return context =>
        {
            long samples = Check(context);
            ulong blocks = (ulong)(context.Input(0).Dimensions[0] * 2 * ((samples + 3) / 4 * 4)) * RandomFill.BlocksPerNumber;
            context.Stream = generator.Take(blocks);
            draw(context);
        };
    }

    private static Kernel StatelessMultinomial(GraphOperation node, CpuSession session)
    {
        Kernel draw = Typed.Number<Draw>(node, node.DType("T"));
        return context =>
        {
            Check(context);
            context.Stream = StatelessRandomKernels.StreamOfSeed(context.Input(2));
            draw(context);
        };
    }

    private static long Check(KernelContext context)
    {
        Value logits = context.Input(0);
        long samples = context.Input(1).IntegerScalar("num_samples");
        if (logits.Rank != 2 || samples < 0 || (logits.Dimensions[1] == 0 && logits.Dimensions[0] > 0))
        {
            throw Failure.Invalid(logits.Rank != 2
                ? $"logits should be a matrix, got shape {logits.Shape}"
                : samples < 0 ? $"num_samples should be nonnegative, got {samples}" : "num_classes should be positive");
        }

        return samples;
    }

    private readonly struct Draw : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value logits = context.Input(0);
                int classes = (int)logits.Dimensions[1], samples = (int)context.Input(1).Integer(0);
                Value result = context.Allocate(0, [logits.Dimensions[0], samples]);
                PhiloxWords words = new(context.Stream);
                Span<double> cumulated = context.Scratch<double>(classes);
                for (int row = 0; row < logits.Dimensions[0]; row++)
                {
                    double total = Cumulate(logits.Span<T>().Slice(row * classes, classes), cumulated);
                    for (int i = 0; i < samples; i++)
                    {
                        Interruption.Check();
                        double wanted = Distributions.Uniform(words.Next(), words.Next()) * total;
                        int found = 0;
                        while (found < classes - 1 && cumulated[found] <= wanted)
                        {
                            found++;
                        }

                        ShapeKernels.WriteInteger(result, row * samples + i, found);
                    }
                }
            };

        private static double Cumulate<T>(ReadOnlySpan<T> logits, Span<double> cumulated)
            where T : INumber<T>
        {
            double largest = double.NegativeInfinity, sum = 0;
            foreach (T logit in logits)
            {
                double value = double.CreateTruncating(logit);
                largest = double.IsFinite(value) ? System.Math.Max(largest, value) : largest;
            }

            for (int i = 0; i < logits.Length; i++)
            {
                double value = double.CreateTruncating(logits[i]);
                sum += double.IsFinite(value) ? System.Math.Exp(double.CreateTruncating(logits[i] - T.CreateTruncating(largest))) : 0;
                cumulated[i] = sum;
            }

            return sum;
        }
    }
}
