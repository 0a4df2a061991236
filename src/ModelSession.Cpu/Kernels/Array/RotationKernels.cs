using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Elements moved along axes: around the end, or back to front.</summary>
internal static class RotationKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<ReverseSequence>("ReverseSequence");
        table.Elements<Roll>("Roll");
    }

    private readonly struct Roll : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), shift = context.Input(1), axis = context.Input(2);
            if (x.Rank == 0 || shift.Rank > 1 || axis.Rank > 1 || shift.Count != axis.Count)
            {
                throw Failure.Invalid($"input must be 1-D or higher, and shift and axis must have the same size: {x.Shape}, {shift.Shape}, {axis.Shape}");
            }

            Span<long> shifts = stackalloc long[x.Rank];
            shifts.Clear();
            for (int i = 0; i < axis.Count; i++)
            {
                int at = LayoutKernels.Axis(axis.Integer(i), x.Rank);
                long size = System.Math.Max(x.Dimensions[at], 1);
                shifts[at] = ((shifts[at] + shift.Integer(i)) % size + size) % size;
            }

            Move(x.Elements<T>(), context.Allocate(0, x.Dimensions).Elements<T>(), x.Dimensions, shifts);
        };

        private static void Move<T>(ReadOnlySpan<T> source, Span<T> target, ReadOnlySpan<long> dimensions, ReadOnlySpan<long> shifts)
        {
            int width = (int)dimensions[^1], turn = (int)shifts[^1];
            for (int at = 0; at < source.Length; at += width)
            {
                long to = 0, step = width, row = at / width;
                for (int i = dimensions.Length - 2; i >= 0; i--)
                {
                    (row, long index) = System.Math.DivRem(row, dimensions[i]);
                    to += (index + shifts[i]) % dimensions[i] * step;
                    step *= dimensions[i];
                }

                ReadOnlySpan<T> line = source.Slice(at, width);
                line[(width - turn)..].CopyTo(target[(int)to..]);
                line[..(width - turn)].CopyTo(target[((int)to + turn)..]);
            }
        }
    }

    private readonly struct ReverseSequence : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            (long batchAxis, long sequenceAxis) = (node.Int("batch_dim"), node.Int("seq_dim"));
            return context =>
            {
                Value x = context.Input(0), lengths = context.Input(1);
                int batch = LayoutKernels.Axis(batchAxis, x.Rank, "batch_dim"), sequence = LayoutKernels.Axis(sequenceAxis, x.Rank, "seq_dim");
                if (batch == sequence || lengths.Rank != 1 || lengths.LongCount != x.Dimensions[batch])
                {
                    throw Failure.Invalid($"batch_dim and seq_dim must differ, and seq_lens must have {x.Dimensions[batch]} values, not the shape {lengths.Shape}");
                }

                for (int i = 0; i < lengths.Count; i++)
                {
                    if (lengths.Integer(i) < 0 || lengths.Integer(i) > x.Dimensions[sequence])
                    {
                        throw Failure.Invalid($"seq_lens({i}) = {lengths.Integer(i)} must be between 0 and {x.Dimensions[sequence]}");
                    }
                }

                Span<long> steps = stackalloc long[x.Rank];
                StridedCopy.RowMajor(x.Dimensions, steps);
                Flip(x.Elements<T>(), context.Allocate(0, x.Dimensions).Elements<T>(), lengths, (batch, sequence), x.Dimensions, steps);
            };
        }

        private static void Flip<T>(
            ReadOnlySpan<T> source, Span<T> target, Value lengths, (int Batch, int Sequence) axes, ReadOnlySpan<long> dimensions, ReadOnlySpan<long> steps)
        {
            int inner = (int)System.Math.Min(steps[axes.Batch], steps[axes.Sequence]);
            for (int at = 0; at < source.Length; at += inner)
            {
                long length = lengths.Integer((int)(at / steps[axes.Batch] % dimensions[axes.Batch]));
                long place = at / steps[axes.Sequence] % dimensions[axes.Sequence];
                long from = place < length ? at + (length - 1 - 2 * place) * steps[axes.Sequence] : at;
                source.Slice((int)from, inner).CopyTo(target[at..]);
            }
        }
    }
}
