using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Pools whose windows are of random sizes, so that images shrink by a factor that is no whole number, and their gradients.</summary>
internal static class FractionalPoolingKernels
{
    private static readonly TypeSet s_types = TypeSet.Wide | TypeSet.Indices;

    public static void Register(KernelTable table)
    {
        table.Add("FractionalAvgPool", "T", s_types, (node, session) => Forward(node, session, Typed.Number<Average>(node, node.DType("T"))));
        table.Numbers<AverageGrad>("FractionalAvgPoolGrad", s_types);
        table.Add("FractionalMaxPool", "T", s_types, (node, session) => Forward(node, session, Typed.Number<Maximum>(node, node.DType("T"))));
        table.Numbers<MaximumGrad>("FractionalMaxPoolGrad", s_types);
    }

    // The inner kernel fills output 0 by the sequences in outputs 1 and 2.
    private static Kernel Forward(GraphOperation node, CpuSession session, Kernel pool)
    {
        Generator generator = session.Generators.Get(node);
        float[] ratio = [.. node.Attributes["pooling_ratio"].List.F];
        bool pseudo = node.Bool("pseudo_random"), deterministic = node.Bool("deterministic");
        (long[] Rows, long[] Columns)? kept = null;
        return context =>
        {
            Value input = context.Input(0);
            long[] shape = Check(node, input, ratio, deterministic);
            lock (generator)
            {
                // A deterministic pool draws once; images of another size draw again.
                if (kept is null || !deterministic || kept.Value.Rows[^1] != input.Dimensions[1] || kept.Value.Rows.Length != shape[1] + 1
                    || kept.Value.Columns[^1] != input.Dimensions[2] || kept.Value.Columns.Length != shape[2] + 1)
                {
                    kept = (FractionalSequence.Draw(generator, (int)input.Dimensions[1], (int)shape[1], pseudo),
                        FractionalSequence.Draw(generator, (int)input.Dimensions[2], (int)shape[2], pseudo));
                }

                kept.Value.Rows.CopyTo(context.Allocate(1, [shape[1] + 1]).Span<long>());
                kept.Value.Columns.CopyTo(context.Allocate(2, [shape[2] + 1]).Span<long>());
            }

            context.Allocate(0, shape);
            pool(context);
        };
    }

    private static long[] Check(GraphOperation node, Value input, float[] ratio, bool deterministic)
    {
        bool seeded = node.Int("seed") != 0 || node.Int("seed2") != 0;
        if (ratio.Length != 4 || input.Rank != 4 || (seeded && !deterministic))
        {
            throw Failure.Invalid(ratio.Length != 4 || input.Rank != 4
                ? $"pooling_ratio field must specify 4 dimensions and the images have 4, not {ratio.Length} and {input.Shape}."
                : "Both seed and seed2 should be 0 if deterministic is false.");
        }

        if (ratio[0] != 1 || ratio[3] != 1)
        {
            throw new EngineException(StatusCode.Unimplemented, $"{node.Type} is not yet supported on the batch nor channel dimension.");
        }

        long[] shape = new long[4];
        for (int i = 0; i < 4; i++)
        {
            shape[i] = (long)System.MathF.Floor(input.Dimensions[i] / ratio[i]);
            if (!(ratio[i] >= 1) || (i is 1 or 2 && (shape[i] <= 0 || input.Dimensions[i] > int.MaxValue)))
            {
                throw Failure.Invalid($"pooling_ratio should be >= 1 and leave something of images {input.Shape}, not [{string.Join(", ", ratio.Select(each => $"{each}"))}].");
            }
        }

        return shape;
    }

    private static void CheckSequences(Value rows, Value columns, ReadOnlySpan<long> input, Value gradient)
    {
        if (input.Length != 4 || gradient.Rank != 4 || gradient.Dimensions[0] != input[0] || gradient.Dimensions[3] != input[3])
        {
            throw Failure.Invalid($"Images {new Shape(input)} and out_backprop {gradient.Shape} must be 4-dimensional and agree in batch and channels.");
        }

        Check(rows, input[1], gradient.Dimensions[1]);
        Check(columns, input[2], gradient.Dimensions[2]);

        static void Check(Value sequence, long size, long count)
        {
            bool fits = sequence.Rank == 1 && sequence.LongCount == count + 1;
            for (int i = 0; fits && i <= count; i++)
            {
                fits = sequence.Integer(i) >= (i == 0 ? 0 : sequence.Integer(i - 1)) && sequence.Integer(i) <= size;
            }

            if (!fits)
            {
                throw Failure.Invalid($"A pooling sequence must have {count + 1} ascending places of an image's {size}, not the shape {sequence.Shape} or others.");
            }
        }
    }

    /// <summary>What is done with the elements of a window.</summary>
    private delegate void OfWindow(int output, FractionalWindow window);

    private static void Windows(GraphOperation node, ReadOnlySpan<long> input, Value rows, Value columns, OfWindow action)
    {
        bool overlapping = node.Bool("overlapping");
        int output = 0;
        for (int image = 0; image < input[0]; image++)
        {
            for (int row = 0; row < rows.Count - 1; row++)
            {
                Interruption.Check();
                for (int column = 0; column < columns.Count - 1; column++)
                {
                    action(output++, new FractionalWindow(
                        image, Span(rows, row, input[1]), Span(columns, column, input[2]), (int)input[1], (int)input[2]));
                }
            }
        }

        (int From, int To) Span(Value sequence, int at, long size) =>
            ((int)sequence.Integer(at), (int)System.Math.Min(sequence.Integer(at + 1) + (overlapping ? 1 : 0), size));
    }

    private readonly struct Maximum : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value input = context.Input(0), result = context.Output(0);
                int channels = (int)input.Dimensions[3];
                result.Span<T>().Fill(T.MinValue);
                Windows(node, input.Dimensions, context.Output(1), context.Output(2), (output, window) =>
                {
                    for (int tap = 0; tap < window.Count; tap++)
                    {
                        for (int channel = 0; channel < channels; channel++)
                        {
                            ref T largest = ref result.Span<T>()[output * channels + channel];
                            T value = input.Span<T>()[window.Pixel(tap) * channels + channel];
                            largest = largest < value ? value : largest;
                        }
                    }
                });
            };
    }

    private readonly struct Average : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value input = context.Input(0), result = context.Output(0);
                int channels = (int)input.Dimensions[3];
                result.Span<T>().Clear();
                Windows(node, input.Dimensions, context.Output(1), context.Output(2), (output, window) =>
                {
                    Span<T> sums = result.Span<T>().Slice(output * channels, channels);
                    for (int tap = 0; tap < window.Count; tap++)
                    {
                        System.Numerics.Tensors.TensorPrimitives.Add(sums, input.Span<T>().Slice(window.Pixel(tap) * channels, channels), sums);
                    }

                    for (int channel = 0; channel < channels && window.Count > 0; channel++)
                    {
                        sums[channel] /= T.CreateTruncating(window.Count);
                    }
                });
            };
    }

    private readonly struct MaximumGrad : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value input = context.Input(0), gradient = context.Input(2), rows = context.Input(3), columns = context.Input(4);
                CheckSequences(rows, columns, input.Dimensions, gradient);
                PoolSpec.CheckShape(context.Input(1), "orig_output", gradient.Dimensions);
                Value result = context.Allocate(0, input.Dimensions);
                result.Span<T>().Clear();
                int channels = (int)input.Dimensions[3];
                Windows(node, input.Dimensions, rows, columns, (output, window) =>
                {
                    for (int channel = 0; channel < channels && window.Count > 0; channel++)
                    {
                        ReadOnlySpan<T> x = input.Span<T>();
                        int best = window.Pixel(0) * channels + channel;
                        for (int tap = 1; tap < window.Count; tap++)
                        {
                            int at = window.Pixel(tap) * channels + channel;
                            best = x[best] < x[at] ? at : best;
                        }

                        result.Span<T>()[best] += gradient.Span<T>()[output * channels + channel];
                    }
                });
            };
    }

    private readonly struct AverageGrad : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value gradient = context.Input(1), rows = context.Input(2), columns = context.Input(3);
                long[] shape = new long[context.Input(0).ShapeLength];
                FillKernels.ReadShape(context.Input(0), shape);
                CheckSequences(rows, columns, shape, gradient);
                Value result = context.Allocate(0, shape);
                int channels = (int)shape[3];

                // In double, also of whole numbers.
                TensorBuffer memory = context.ScratchMemory((long)result.Count * sizeof(double));
                memory.Span<double>(result.Count).Clear();
                Windows(node, shape, rows, columns, (output, window) =>
                {
                    double share = 1.0 / window.Count;
                    for (int tap = 0; tap < window.Count; tap++)
                    {
                        for (int channel = 0; channel < channels; channel++)
                        {
                            memory.Span<double>(result.Count)[window.Pixel(tap) * channels + channel] += double.CreateTruncating(gradient.Span<T>()[output * channels + channel]) * share;
                        }
                    }
                });

                NumberSpans.Write<double>(memory.Span<double>(result.Count), result);
            };
    }

    private readonly record struct FractionalWindow(int Image, (int From, int To) Rows, (int From, int To) Columns, int Height, int Width)
    {
        public int Count => System.Math.Max(0, Rows.To - Rows.From) * System.Math.Max(0, Columns.To - Columns.From);

        public int Pixel(int tap)
        {
            (int row, int column) = System.Math.DivRem(tap, Columns.To - Columns.From);
            return (Image * Height + Rows.From + row) * Width + Columns.From + column;
        }
    }
}
