using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Softmax over rows, cross entropy with it, and the L2 loss.</summary>
internal static class LossKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<L2Loss>("L2Loss", TypeSet.Floats);
        table.Floats<Softmax<Plain>>("LogSoftmax", TypeSet.Floats);
        table.Floats<Softmax<Exponential>>("Softmax", TypeSet.Floats);
        table.Floats<CrossEntropy>("SoftmaxCrossEntropyWithLogits", TypeSet.Floats);
        table.Floats<SparseCrossEntropy>("SparseSoftmaxCrossEntropyWithLogits", TypeSet.Floats);
    }

    // y = x - max(x); gives the sum of exp(y).
    private static T Shift<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> exponentials)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        TensorPrimitives.Exp<T>(y, exponentials);
        return TensorPrimitives.Sum<T>(exponentials);
    }

    private interface IForm
    {
        static abstract bool IsLogarithm { get; }
    }

    private readonly struct Plain : IForm
    {
        public static bool IsLogarithm => true;
    }

    private readonly struct Exponential : IForm
    {
        public static bool IsLogarithm => false;
    }

    private readonly struct Softmax<TForm> : IFloatKernel
        where TForm : IForm
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                Value x = context.Input(0);
                if (x.Rank < 1)
                {
                    throw Failure.Invalid($"logits must have >= 1 dimension, got {x.Shape}");
                }

                Value y = context.Forward(0, 0);
                if (y.LongCount > 0)
                {
                    int width = (int)x.Dimensions[^1];
                    context.Workers.ForRange(x.Count / width, System.Math.Max(1, 4096 / width), new Rows<T>(x.Span<T>(), y.Span<T>(), width));
                }
            };

        private readonly ref struct Rows<T>(ReadOnlySpan<T> x, Span<T> y, int width) : IRangeBody
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            private readonly ReadOnlySpan<T> _x = x;
            private readonly Span<T> _y = y;

            public void Run(long start, long length)
            {
                T[] exponentials = ArrayPool<T>.Shared.Rent(width);
                for (int row = (int)start; row < start + length; row++)
                {
                    Interruption.Check();
                    Span<T> y = _y.Slice(row * width, width);
                    T sum = Shift(_x.Slice(row * width, width), y, TForm.IsLogarithm ? exponentials.AsSpan(0, width) : y);
                    if (TForm.IsLogarithm)
                    {
                        TensorPrimitives.Subtract(y, T.Log(sum), y);
                    }
                    else
                    {
                        TensorPrimitives.Divide(y, sum, y);
                    }
                }

                ArrayPool<T>.Shared.Return(exponentials);
            }
        }
    }

    private readonly struct CrossEntropy : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                Value logits = context.Input(0), labels = context.Input(1);
                Span<long> shape = stackalloc long[2];
                if (logits.Rank > 2 || labels.Rank > 2 || System.Math.Max(logits.Rank, labels.Rank) != 2
                    || !BroadcastLoop.TryMerge(logits.Dimensions, labels.Dimensions, shape))
                {
                    throw Failure.Invalid($"logits and labels must be broadcastable: logits_size={logits.Shape} labels_size={labels.Shape}");
                }

                Span<T> loss = context.Allocate(0, shape[..1]).Span<T>();
                Span<T> backprop = context.Allocate(1, shape).Span<T>();
                ReadOnlySpan<T> x = Spread<T>(context, logits, shape), p = Spread<T>(context, labels, shape);
                int width = (int)shape[1];
                Span<T> exponentials = context.Scratch<T>(width);
                for (int row = 0; row < loss.Length; row++)
                {
                    Interruption.Check();
                    Span<T> gradient = backprop.Slice(row * width, width);
                    ReadOnlySpan<T> target = p.Slice(row * width, width);
                    loss[row] = width == 0 ? T.Zero : Row(x.Slice(row * width, width), target, gradient, exponentials);
                }
            };

        // loss = Σ p (log Σ exp(x) − x); backprop = softmax(x) − p. Where p is 0, the term is 0 even if x is infinite.
        private static T Row<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> p, Span<T> gradient, Span<T> exponentials)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T sum = Shift(x, gradient, exponentials), log = T.Log(sum), loss = T.Zero;
            for (int i = 0; i < x.Length; i++)
            {
                loss += p[i] == T.Zero ? T.Zero : p[i] * (log - gradient[i]);
                gradient[i] = exponentials[i] / sum - p[i];
            }

            return loss;
        }

        private static ReadOnlySpan<T> Spread<T>(KernelContext context, Value value, ReadOnlySpan<long> shape)
            where T : unmanaged
        {
            if (value.Dimensions.SequenceEqual(shape))
            {
                return value.Span<T>();
            }

            Span<T> whole = context.Scratch<T>(checked((int)(shape[0] * shape[1])));
            long columns = value.Dimensions[^1], rows = value.Rank == 2 ? value.Dimensions[0] : 1;
            StridedCopy.Gather(context.Workers, value.Span<T>(), 0, shape, [rows == 1 ? 0 : columns, columns == 1 ? 0 : 1], whole);
            return whole;
        }
    }

    private readonly struct SparseCrossEntropy : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                Value logits = context.Input(0), labels = context.Input(1);
                if (logits.Rank != 2 || labels.Rank != 1 || labels.Dimensions[0] != logits.Dimensions[0])
                {
                    throw Failure.Invalid($"logits and labels must have the same first dimension, got logits shape {logits.Shape} and labels shape {labels.Shape}");
                }

                int width = (int)logits.Dimensions[1];
                if (width == 0 && logits.Dimensions[0] > 0)
                {
                    throw Failure.Invalid($"Must have at least one class, but got logits shape {logits.Shape}");
                }

                Span<T> loss = context.Allocate(0, labels.Dimensions).Span<T>();
                Span<T> backprop = context.Allocate(1, logits.Dimensions).Span<T>();
                ReadOnlySpan<T> x = logits.Span<T>();
                Span<T> shifted = context.Scratch<T>(width);
                for (int row = 0; row < loss.Length; row++)
                {
                    Interruption.Check();
                    long label = labels.Integer(row);
                    if (label < 0 || label >= width)
                    {
                        throw Failure.Invalid($"Received a label value of {label} which is outside the valid range of [0, {width}).");
                    }

                    Span<T> gradient = backprop.Slice(row * width, width);
                    T sum = Shift(x.Slice(row * width, width), shifted, gradient);
                    TensorPrimitives.Divide(gradient, sum, gradient);
                    gradient[(int)label] -= T.One;
                    loss[row] = T.Log(sum) - shifted[(int)label];
                }
            };
    }

    private readonly struct L2Loss : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                ReadOnlySpan<T> x = context.Input(0).Span<T>();
                Span<T> squares = context.Scratch<T>(x.Length);
                TensorPrimitives.Multiply(x, x, squares);
                Span<T> result = context.Allocate(0, []).Span<T>();
                Reduction.Run<SumOf<T>, T>(context, squares, [squares.Length], [true], result);
                result[0] /= T.One + T.One;
            };
    }
}
