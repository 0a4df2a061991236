using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Different values in the order of their first appearance.</summary>
internal static class UniqueKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Difference>("ListDiff");
        table.Elements<Unique>("Unique");
        table.Elements<Unique>("UniqueWithCounts");
    }

    private static IEqualityComparer<T> Comparer<T>() => typeof(T) == typeof(object)
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

    private readonly struct Unique : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            CheckVector(x, "unique");
            ReadOnlySpan<T> source = x.Elements<T>();
            Dictionary<ValueTuple<T>, int> numbers = new(new TupleComparer<T>(Comparer<T>()));
            List<T> found = [];
            Value places = context.Allocate(1, x.Dimensions);
            List<long> counts = [];
            for (int i = 0; i < source.Length; i++)
            {
                if (!numbers.TryGetValue(new(source[i]), out int number))
                {
                    number = found.Count;
                    numbers.Add(new(source[i]), number);
                    found.Add(source[i]);
                    counts.Add(0);
                }

                counts[number]++;
                ShapeKernels.WriteInteger(places, i, number);
            }

            found.CopyTo(context.Allocate(0, [found.Count]).Elements<T>());
            if (context.OutputCount > 2)
            {
                Value result = context.Allocate(2, [found.Count]);
                for (int i = 0; i < counts.Count; i++)
                {
                    ShapeKernels.WriteInteger(result, i, counts[i]);
                }
            }
        };
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
