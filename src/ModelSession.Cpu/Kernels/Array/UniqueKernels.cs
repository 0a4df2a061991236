using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Different values in the order of their first appearance.</summary>
internal static class UniqueKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Difference>("ListDiff");
        table.Elements<Unique>("Unique");
        table.Elements<Unique>("UniqueV2");
        table.Elements<Unique>("UniqueWithCounts");
        table.Elements<Unique>("UniqueWithCountsV2");
    }

    /// <summary>Whether elements are equal; strings by content.</summary>
    public static IEqualityComparer<T> Comparer<T>() => typeof(T) == typeof(object)
        ? (IEqualityComparer<T>)(object)new StringComparer()
        : EqualityComparer<T>.Default;

    private static void CheckVector(Value value, string what)
    {
        if (value.Rank != 1)
        {
            throw Failure.Invalid($"{what} expects a 1D vector, not {value.Shape}.");
        }
    }

    // Byte strings are equal by content; an absent one is empty.
    private sealed class StringComparer : IEqualityComparer<object?>
    {
        public new bool Equals(object? x, object? y) => ((ReadOnlySpan<byte>)(byte[]?)x).SequenceEqual((byte[]?)y);

        public int GetHashCode(object? obj)
        {
            HashCode hash = default;
            hash.AddBytes((byte[]?)obj);
            return hash.ToHashCode();
        }
    }

    // Rows along the axis; a vector's elements without one.
    private readonly struct Unique : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            bool hasAxis = node.Inputs.Count > 1;
            return context =>
            {
                Value x = context.Input(0);
                int axis = hasAxis ? Axis(x, context.Input(1)) : 0;
                if (!hasAxis || context.Input(1).LongCount == 0)
                {
                    CheckVector(x, "unique");
                }

                Find<T>(context, x, axis);
            };
        }

        private static int Axis(Value x, Value axis) => axis.LongCount switch
        {
            0 => 0,
            1 when axis.Rank == 1 => LayoutKernels.Axis(axis.Integer(0), x.Rank),
            _ => throw Failure.Invalid($"axis does not support input tensors larger than 1 elements: {axis.Shape}"),
        };

        private static void Find<T>(KernelContext context, Value x, int axis)
        {
            (int outer, int count, int inner) = Extent(x.Dimensions, axis);
            T[] rows = Rows(x.Elements<T>(), outer, count, inner);
            int width = outer * inner;
            Dictionary<int, int> numbers = new(new RowComparer<T>(rows, width, Comparer<T>()));
            List<int> found = [];
            List<long> counts = [];
            Value places = context.Allocate(1, [count]);
            for (int i = 0; i < count; i++)
            {
                Interruption.Check();
                if (!numbers.TryGetValue(i, out int number))
                {
                    number = found.Count;
                    numbers.Add(i, number);
                    found.Add(i);
                    counts.Add(0);
                }

                counts[number]++;
                ShapeKernels.WriteInteger(places, i, number);
            }

            Write(context, x, axis, found, counts, (rows, outer, inner));
        }

        private static void Write<T>(KernelContext context, Value x, int axis, List<int> found, List<long> counts, (T[] Rows, int Outer, int Inner) from)
        {
            Span<long> shape = stackalloc long[x.Rank];
            x.Dimensions.CopyTo(shape);
            shape[axis] = found.Count;
            Span<T> result = context.Allocate(0, shape).Elements<T>();
            for (int o = 0; o < from.Outer; o++)
            {
                for (int i = 0; i < found.Count; i++)
                {
                    from.Rows.AsSpan((found[i] * from.Outer + o) * from.Inner, from.Inner).CopyTo(result[((o * found.Count + i) * from.Inner)..]);
                }
            }

            if (context.OutputCount > 2)
            {
                Value sizes = context.Allocate(2, [found.Count]);
                for (int i = 0; i < counts.Count; i++)
                {
                    ShapeKernels.WriteInteger(sizes, i, counts[i]);
                }
            }
        }

        private static T[] Rows<T>(ReadOnlySpan<T> source, int outer, int count, int inner)
        {
            T[] rows = new T[source.Length];
            for (int o = 0; o < outer; o++)
            {
                Interruption.Check();
                for (int i = 0; i < count; i++)
                {
                    source.Slice((o * count + i) * inner, inner).CopyTo(rows.AsSpan((i * outer + o) * inner));
                }
            }

            return rows;
        }
    }

    /// <summary>The number of slices before an axis, its size, and the size of a slice after it.</summary>
    public static (int Outer, int Count, int Inner) Extent(ReadOnlySpan<long> dimensions, int axis) =>
        ((int)new Shape(dimensions[..axis]).ElementCount, (int)dimensions[axis], (int)new Shape(dimensions[(axis + 1)..]).ElementCount);

    private sealed class RowComparer<T>(T[] rows, int width, IEqualityComparer<T> inner) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => rows.AsSpan(x * width, width).SequenceEqual(rows.AsSpan(y * width, width), inner);

        public int GetHashCode(int obj)
        {
            HashCode hash = default;
            foreach (T element in rows.AsSpan(obj * width, width))
            {
                hash.Add(element is null ? 0 : inner.GetHashCode(element));
            }

            return hash.ToHashCode();
        }
    }

    // A dictionary's keys must not be null, and objects may be.
    private sealed class TupleComparer<T>(IEqualityComparer<T> inner) : IEqualityComparer<ValueTuple<T>>
    {
        public bool Equals(ValueTuple<T> x, ValueTuple<T> y) => inner.Equals(x.Item1, y.Item1);

        public int GetHashCode(ValueTuple<T> obj) => obj.Item1 is null ? 0 : inner.GetHashCode(obj.Item1);
    }

    private readonly struct Difference : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            CheckVector(x, "x");
            CheckVector(y, "y");
            HashSet<ValueTuple<T>> dropped = new(new TupleComparer<T>(Comparer<T>()));
            foreach (T value in y.Elements<T>())
            {
                dropped.Add(new(value));
            }

            ReadOnlySpan<T> source = x.Elements<T>();
            List<int> kept = [];
            for (int i = 0; i < source.Length; i++)
            {
                Interruption.Check();
                if (!dropped.Contains(new(source[i])))
                {
                    kept.Add(i);
                }
            }

            Span<T> result = context.Allocate(0, [kept.Count]).Elements<T>();
            Value places = context.Allocate(1, [kept.Count]);
            for (int i = 0; i < kept.Count; i++)
            {
                result[i] = source[kept[i]];
                ShapeKernels.WriteInteger(places, i, kept[i]);
            }
        };
    }
}
