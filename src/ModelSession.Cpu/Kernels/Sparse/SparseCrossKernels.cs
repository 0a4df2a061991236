using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Crossed features: for each row every combination of one value from each column, joined or hashed.</summary>
internal static class SparseCrossKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("SparseCross", Cross);
        table.Add("SparseCrossV2", CrossBySeparator);
    }

    private static Kernel Cross(GraphOperation node, CpuSession session)
    {
        bool hashes = node.Bool("hashed_output");
        ulong key = (ulong)node.Int("hash_key"), buckets = (ulong)node.Int("num_buckets");
        return context => Cross(context, context.InputCount, chosen => hashes ? Hash(chosen, key, buckets) : Join(chosen, "_X_"));
    }

    private static void CrossBySeparator(KernelContext context)
    {
        string separator = Encoding.Latin1.GetString(Text.Scalar(context.Input(context.InputCount - 1), "sep"));
        Cross(context, context.InputCount - 1, chosen => Join(chosen, separator));
    }

    private static void Cross(KernelContext context, int inputs, Func<(Value Values, int Index)[], object> combine)
    {
        int sparse = (int)context.Node.Int("N"), dense = inputs - (3 * sparse);
        List<(Value Values, int Index)>[][] columns = new List<(Value, int)>[sparse + dense][];
        long rows = sparse > 0 ? context.Input(2 * sparse).Span<long>()[0] : context.Input(0).Dimensions[0];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = i < sparse
                ? SparseColumn(SparseIndices.Of(context, i, sparse + i, (2 * sparse) + i), context.Input(sparse + i), rows)
                : DenseColumn(context.Input((2 * sparse) + i), rows);
        }

        List<long> indices = [];
        List<object> values = [];
        long width = 0;
        for (int row = 0; row < rows; row++)
        {
            Interruption.Check();
            List<(Value Values, int Index)>[] sets = [.. columns.Select(column => column[row])];
            long count = sets.Aggregate(1L, (product, set) => checked(product * set.Count));
            for (long i = 0; i < count; i++)
            {
                (Value Values, int Index)[] chosen = Choose(sets, i);
                indices.Add(row);
                indices.Add(i);
                values.Add(combine(chosen));
            }

            width = System.Math.Max(width, count);
        }

        Write(context, indices, values, [rows, width]);
    }

    private static List<(Value Values, int Index)>[] SparseColumn(SparseIndices indices, Value values, long rows)
    {
        if (indices.Rank != 2 || indices.Shape[0] != rows || indices.Outside() >= 0)
        {
            throw Failure.Invalid($"Columns are matrices of {rows} rows with all elements inside, not of shape [{string.Join(',', indices.Shape)}].");
        }

        List<(Value, int)>[] column = [.. Enumerable.Range(0, (int)rows).Select(_ => new List<(Value, int)>())];
        for (int i = 0; i < indices.Count; i++)
        {
            column[indices[i][0]].Add((values, i));
        }

        return column;
    }

    private static List<(Value Values, int Index)>[] DenseColumn(Value values, long rows)
    {
        if (values.Rank != 2 || values.Dimensions[0] != rows)
        {
            throw Failure.Invalid($"Columns are matrices of {rows} rows, not of shape {values.Shape}.");
        }

        int width = (int)values.Dimensions[1];
        return [.. Enumerable.Range(0, (int)rows).Select(row => Enumerable.Range(row * width, width).Select(i => (values, i)).ToList())];
    }

    // The last column changes fastest.
    private static (Value Values, int Index)[] Choose(List<(Value Values, int Index)>[] sets, long number)
    {
        (Value, int)[] chosen = new (Value, int)[sets.Length];
        for (int i = sets.Length - 1; i >= 0; i--)
        {
            (number, long at) = System.Math.DivRem(number, sets[i].Count);
            chosen[i] = sets[i][(int)at];
        }

        return chosen;
    }

    private static byte[] Join((Value Values, int Index)[] chosen, string separator) => Encoding.Latin1.GetBytes(string.Join(separator, chosen.Select(item =>
        item.Values.DType == DType.String
            ? Encoding.Latin1.GetString(Text.At(item.Values, item.Index))
            : item.Values.Integer(item.Index).ToString(CultureInfo.InvariantCulture))));

    private static long Hash((Value Values, int Index)[] chosen, ulong key, ulong buckets)
    {
        ulong hash = key;
        foreach ((Value values, int index) in chosen)
        {
            hash = Combine(hash, values.DType == DType.String ? Hashes.Farm(Text.At(values, index)) : (ulong)values.Integer(index));
        }

        return (long)(hash % (buckets > 0 ? buckets : long.MaxValue));
    }

    // TensorFlow's fingerprint of two fingerprints.
    private static ulong Combine(ulong first, ulong second)
    {
        const ulong factor = 0xc6a4a7935bd1e995;
        ulong result = ((first ^ factor) ^ (Mix(second * factor) * factor)) * factor;
        return Mix(Mix(result) * factor);
    }

    private static ulong Mix(ulong x) => x ^ (x >> 47);

    private static void Write(KernelContext context, List<long> indices, List<object> values, long[] shape)
    {
        SparseIndices.Write(context, 0, 2, indices, values.Count);
        Value target = context.Allocate(1, [values.Count]);
        for (int i = 0; i < values.Count; i++)
        {
            if (target.DType == DType.String)
            {
                target.Objects[i] = values[i] as byte[] ?? Encoding.ASCII.GetBytes(((long)values[i]).ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                target.Span<long>()[i] = values[i] as long? ?? throw Failure.Invalid("Joined features are strings: out_type must be string.");
            }
        }

        SparseIndices.WriteShape(context, 2, shape);
    }
}
