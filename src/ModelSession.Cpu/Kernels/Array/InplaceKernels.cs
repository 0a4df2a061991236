using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Rows of tensors replaced, added to, put together. Row numbers count round and round, as in TensorFlow.</summary>
internal static class InplaceKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Join>("ParallelConcat");
        table.Elements<Update>("InplaceUpdate");
        table.Rings<Change<Added>>("InplaceAdd", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Change<Subtracted>>("InplaceSub", TypeSet.Numbers | TypeSet.Complexes);
    }

    private interface IChange
    {
        static abstract T Of<T>(T x, T y)
            where T : INumberBase<T>;
    }

    private readonly struct Added : IChange
    {
        public static T Of<T>(T x, T y)
            where T : INumberBase<T> => x + y;
    }

    private readonly struct Subtracted : IChange
    {
        public static T Of<T>(T x, T y)
            where T : INumberBase<T> => x - y;
    }

    private delegate void RowChange<T>(Span<T> row, ReadOnlySpan<T> change);

    private static void Each<T>(KernelContext context, RowChange<T> change)
    {
        Value x = context.Input(0), rows = context.Input(1), values = context.Input(2);
        if (rows.Rank != 1)
        {
            throw Failure.Invalid($"i must be a vector. {rows.Shape}");
        }

        if (x.Rank == 0 || x.Rank != values.Rank || rows.LongCount != values.Dimensions[0] || !x.Dimensions[1..].SequenceEqual(values.Dimensions[1..]))
        {
            throw Failure.Invalid($"i and v must name and hold rows of x: {rows.Shape}, {values.Shape} and {x.Shape}");
        }

        int width = x.Dimensions[0] == 0 ? 0 : (int)(x.LongCount / x.Dimensions[0]);
        long count = x.Dimensions[0];
        Span<T> result = context.Copy(0, 0).Elements<T>();
        ReadOnlySpan<T> source = values.Elements<T>();
        for (int i = 0; i < rows.Count && count > 0; i++)
        {
            long row = ((rows.Integer(i) % count) + count) % count;
            change(result.Slice((int)row * width, width), source.Slice(i * width, width));
        }
    }

    private readonly struct Update : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context => Each<T>(context, (row, change) => change.CopyTo(row));
    }

    private readonly struct Change<TChange> : IRingKernel
        where TChange : IChange
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context => Each<T>(context, (row, change) =>
            {
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = TChange.Of(row[i], change[i]);
                }
            });
    }

    // Each input is one row.
    private readonly struct Join : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value first = context.Input(0);
            if (first.Rank == 0 || first.Dimensions[0] != 1)
            {
                throw Failure.Invalid($"The first dimension of the values must be 1: {first.Shape}");
            }

            long[] shape = first.Dimensions.ToArray();
            shape[0] = context.InputCount;
            Span<T> result = context.Allocate(0, shape).Elements<T>();
            for (int i = 0; i < context.InputCount; i++)
            {
                Value row = context.Input(i);
                if (!row.Dimensions.SequenceEqual(first.Dimensions))
                {
                    throw Failure.Invalid($"All values must have one shape: {first.Shape} and {row.Shape}");
                }

                row.Elements<T>().CopyTo(result[(i * row.Count)..]);
            }
        };
    }
}
