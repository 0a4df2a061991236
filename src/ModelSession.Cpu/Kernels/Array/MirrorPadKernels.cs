using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Margins that mirror what is inside, and their gradient.</summary>
internal static class MirrorPadKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Pad>("MirrorPad");
        table.Parts<Fold>("MirrorPadGrad", TypeSet.Numbers | TypeSet.Complexes);
    }

    // For each place along an axis of the padded tensor, the place that it mirrors.
    private static int[][] Places(KernelContext context, Value paddings, ReadOnlySpan<long> inside)
    {
        int edge = context.Node.String("mode") == "REFLECT" ? 1 : 0;
        int[][] places = new int[inside.Length][];
        for (int i = 0; i < places.Length; i++)
        {
            long before = paddings.Integer(2 * i), after = paddings.Integer(2 * i + 1), size = inside[i], most = size - edge;
            if (before < 0 || after < 0 || before > most || after > most)
            {
                throw Failure.Invalid($"paddings must be non-negative and no greater than the dimension size{(edge == 1 ? " - 1" : "")}: {before}, {after} greater than {most}");
            }

            places[i] = new int[before + size + after];
            for (int at = 0; at < places[i].Length; at++)
            {
                long place = at - before;
                places[i][at] = (int)(place < 0 ? edge - 1 - place : place >= size ? 2 * size - 1 - edge - place : place);
            }
        }

        return places;
    }

    /// <summary>Images with margins, in memory for the time of the node.</summary>
    public static Value Around<T>(KernelContext context, Value images, Value paddings)
    {
        Check(images, paddings);
        if (images.Rank != 4 || paddings.Integer(0) != 0 || paddings.Integer(1) != 0 || paddings.Integer(6) != 0 || paddings.Integer(7) != 0)
        {
            throw Failure.Invalid($"Fused mirror padding only supports spatial padding of 4-dimensional images, not of the shape {images.Shape}");
        }

        int[][] places = Places(context, paddings, images.Dimensions);
        Value padded = context.Temporary(images.DType, System.Array.ConvertAll(places, axis => (long)axis.Length));
        Fill<T>(images, places, padded);
        return padded;
    }

    private static void Fill<T>(Value x, int[][] places, Value target)
    {
        Span<T> y = target.Elements<T>();
        ReadOnlySpan<T> from = x.Elements<T>();
        for (int i = 0; i < y.Length; i++)
        {
            Interruption.Check();
            y[i] = from[Inside(i, places, x.Dimensions)];
        }
    }

    private static void Check(Value x, Value paddings)
    {
        if (paddings.Rank != 2 || paddings.Dimensions[0] != x.Rank || paddings.Dimensions[1] != 2)
        {
            throw Failure.Invalid($"paddings must be a matrix with 2 columns and {x.Rank} rows: {paddings.Shape}");
        }
    }

    private static int Inside(int padded, int[][] places, ReadOnlySpan<long> inside)
    {
        int at = 0, step = 1;
        for (int i = places.Length - 1; i >= 0; i--)
        {
            (padded, int index) = System.Math.DivRem(padded, places[i].Length);
            at += places[i][index] * step;
            step *= (int)inside[i];
        }

        return at;
    }

    private readonly struct Pad : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), paddings = context.Input(1);
            Check(x, paddings);
            int[][] places = Places(context, paddings, x.Dimensions);
            Fill<T>(x, places, context.Allocate(0, System.Array.ConvertAll(places, axis => (long)axis.Length)));
        };
    }

    private readonly struct Fold : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value dy = context.Input(0), paddings = context.Input(1);
                Check(dy, paddings);
                long[] shape = dy.Dimensions.ToArray();
                for (int i = 0; i < shape.Length; i++)
                {
                    shape[i] -= paddings.Integer(2 * i) + paddings.Integer(2 * i + 1);
                    if (shape[i] < 0)
                    {
                        throw Failure.Invalid($"Dimension {i} of {dy.Shape} is smaller than its paddings.");
                    }
                }

                int[][] places = Places(context, paddings, shape);
                Span<T> sums = context.Scratch<T>(dy.Parts<T>().Length);
                dy.Parts<T>().CopyTo(sums);
                // One axis after the other, as TensorFlow does: each sum has the same bits.
                int outer = 1;
                for (int i = 0; i < shape.Length; i++)
                {
                    int size = (int)shape[i], inner = sums.Length / System.Math.Max(1, outer * places[i].Length);
                    FoldAxis(sums, places[i], (outer, size, inner), context.Node.DType("T"));
                    sums = sums[..(outer * size * inner)];
                    outer *= size;
                }

                sums.CopyTo(context.Allocate(0, shape).Parts<T>());
            };

        private static void FoldAxis<T>(Span<T> sums, int[] places, (int Outer, int Size, int Inner) to, DType dtype)
            where T : unmanaged, INumber<T>
        {
            T[] result = new T[to.Outer * to.Size * to.Inner];
            for (int o = 0; o < to.Outer; o++)
            {
                Interruption.Check();
                for (int i = 0; i < places.Length; i++)
                {
                    Span<T> row = result.AsSpan((o * to.Size + places[i]) * to.Inner, to.Inner);
                    TensorPrimitives.Add(row, sums.Slice((o * places.Length + i) * to.Inner, to.Inner), row);
                    NarrowFloats.Settle(row, dtype);
                }
            }

            result.CopyTo(sums);
        }
    }
}
