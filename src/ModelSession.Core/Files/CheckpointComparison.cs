using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSessions;

/// <summary>How a tensor of one checkpoint stands to that of another.</summary>
public enum CheckpointChange
{
    /// <summary>The same type, shape and bits.</summary>
    Same,

    /// <summary>Another type, shape or value.</summary>
    Changed,

    /// <summary>Only the second checkpoint has it.</summary>
    Added,

    /// <summary>Only the first checkpoint has it.</summary>
    Removed,

    /// <summary>One of the two cannot be read.</summary>
    Unreadable,
}

/// <summary>A tensor in two checkpoints.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Change">How it changed.</param>
/// <param name="Before">What it is in the first; null if it is not there.</param>
/// <param name="After">What it is in the second; null if it is not there.</param>
public sealed record CheckpointDifference(string Name, CheckpointChange Change, CheckpointTensor? Before, CheckpointTensor? After)
{
    /// <summary>The number of elements with other bits; null where type or shape differ or one is not there.</summary>
    public long? DifferentElements { get; init; }

    /// <summary>The largest absolute difference of two elements, NaN if one of them is; null for strings and where there are no pairs.</summary>
    public double? MaxDifference { get; init; }

    /// <summary>Why it cannot be compared; null if it can.</summary>
    public string? Fault { get; init; }
}

/// <summary>Compares two checkpoints tensor by tensor. No more than one tensor of each is in memory at a time.</summary>
public static class CheckpointComparison
{
    private const int PieceSize = 1 << 20;

    /// <summary>All tensors of both, in the order of their names.</summary>
    /// <param name="before">The first checkpoint; it stays the caller's.</param>
    /// <param name="after">The second checkpoint; it stays the caller's.</param>
    /// <param name="cancel">Stops between tensors and while one is read.</param>
    public static IEnumerable<CheckpointDifference> Between(CheckpointReader before, CheckpointReader after, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return Compare(before, after, cancel);
    }

    private static IEnumerable<CheckpointDifference> Compare(CheckpointReader before, CheckpointReader after, CancellationToken cancel)
    {
        foreach (string name in before.Tensors.Concat(after.Tensors).Select(tensor => tensor.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            CheckpointTensor? first = before.Find(name), second = after.Find(name);
            yield return (first, second) switch
            {
                (null, _) => new CheckpointDifference(name, CheckpointChange.Added, null, second),
                (_, null) => new CheckpointDifference(name, CheckpointChange.Removed, first, null),
                _ => Compare(new CheckpointDifference(name, CheckpointChange.Changed, first, second), before, after, cancel),
            };
        }
    }

    private static CheckpointDifference Compare(CheckpointDifference pair, CheckpointReader before, CheckpointReader after, CancellationToken cancel)
    {
        if ((pair.Before!.Fault ?? pair.After!.Fault) is { } fault)
        {
            return pair with { Change = CheckpointChange.Unreadable, Fault = fault };
        }

        if (pair.Before.DType != pair.After!.DType || !pair.Before.Shape.Equals(pair.After.Shape))
        {
            return pair;
        }

        try
        {
            Tensor first = before.Borrow(pair.Name, cancel), second = after.Borrow(pair.Name, cancel);
            (long count, double? largest) = first.DType == DType.String ? (CountStrings(first, second), null) : Measure(first, second);
            return pair with { Change = count == 0 ? CheckpointChange.Same : CheckpointChange.Changed, DifferentElements = count, MaxDifference = largest };
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            return pair with { Change = CheckpointChange.Unreadable, Fault = error.Message };
        }
    }

    private static long CountStrings(Tensor first, Tensor second)
    {
        long count = 0;
        for (int i = 0; i < first.Objects.Length; i++)
        {
            count += first.StringBytes(i).SequenceEqual(second.StringBytes(i)) ? 0 : 1;
        }

        return count;
    }

    private static (long Count, double? Largest) Measure(Tensor first, Tensor second) => first.DType switch
    {
        DType.Float32 => Measure<float>(first, second, (a, b) => Distance(a, b)),
        DType.Float64 => Measure<double>(first, second, Distance),
        DType.Float16 => Measure<Half>(first, second, (a, b) => Distance((double)a, (double)b)),
        DType.BFloat16 => Measure<BFloat16>(first, second, (a, b) => Distance(a.ToSingle(), b.ToSingle())),
        DType.Float8E5M2 => Measure<byte>(first, second, (a, b) => Distance((double)Float8.FromE5M2(a), (double)Float8.FromE5M2(b))),
        DType.Float8E4M3FN => Measure<byte>(first, second, (a, b) => Distance(Float8.FromE4M3(a), Float8.FromE4M3(b))),
        DType.Complex64 => Measure<Complex64>(first, second, (a, b) => Complex.Abs(a.ToComplex() - b.ToComplex())),
        DType.Complex128 => Measure<Complex>(first, second, (a, b) => Complex.Abs(a - b)),
        DType.Int64 => Measure<long>(first, second, (a, b) => (double)Int128.Abs((Int128)a - b)),
        DType.UInt64 => Measure<ulong>(first, second, (a, b) => a > b ? a - b : b - a),
        DType.Int32 or DType.QInt32 => Measure<int>(first, second, (a, b) => Math.Abs((double)a - b)),
        DType.UInt32 => Measure<uint>(first, second, (a, b) => Math.Abs((double)a - b)),
        DType.Int16 or DType.QInt16 => Measure<short>(first, second, (a, b) => Math.Abs(a - b)),
        DType.UInt16 or DType.QUInt16 => Measure<ushort>(first, second, (a, b) => Math.Abs(a - b)),
        DType.Int8 or DType.QInt8 => Measure<sbyte>(first, second, (a, b) => Math.Abs(a - b)),
        // The sign is the highest bit of the lower half.
        DType.Int4 => Measure<byte>(first, second, (a, b) => Math.Abs(((sbyte)(a << 4) >> 4) - ((sbyte)(b << 4) >> 4))),
        DType.Bool => (Measure<byte>(first, second, (_, _) => 1).Count, null),
        _ => Measure<byte>(first, second, (a, b) => Math.Abs(a - b)),
    };

    private static double Distance(double a, double b) => a.Equals(b) || (double.IsNaN(a) && double.IsNaN(b)) ? 0 : Math.Abs(a - b);

    private static (long Count, double? Largest) Measure<T>(Tensor first, Tensor second, Func<T, T, double> distance)
        where T : unmanaged
    {
        long count = 0;
        double largest = 0;
        for (long at = 0; at < first.ByteLength; at += PieceSize)
        {
            int length = (int)Math.Min(PieceSize, first.ByteLength - at);
            ReadOnlySpan<byte> a = first.Buffer.Bytes(at, length), b = second.Buffer.Bytes(at, length);
            if (!a.SequenceEqual(b))
            {
                count += Measure(MemoryMarshal.Cast<byte, T>(a), MemoryMarshal.Cast<byte, T>(b), distance, ref largest);
            }
        }

        return (count, largest);
    }

    private static long Measure<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Func<T, T, double> distance, ref double largest)
        where T : unmanaged
    {
        long count = 0;
        int size = Unsafe.SizeOf<T>();
        ReadOnlySpan<byte> aBytes = MemoryMarshal.AsBytes(a), bBytes = MemoryMarshal.AsBytes(b);
        for (int i = 0; i < a.Length; i++)
        {
            if (!aBytes.Slice(i * size, size).SequenceEqual(bBytes.Slice(i * size, size)))
            {
                count++;
                // Of two numbers, NaN is the larger one here: it stays.
                largest = Math.Max(largest, distance(a[i], b[i]));
            }
        }

        return count;
    }
}
