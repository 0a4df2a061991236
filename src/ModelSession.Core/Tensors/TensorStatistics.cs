using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelSessions;

/// <summary>What the numbers of a tensor are like. Those that are not a number (NaN) are counted and otherwise left out; of complex numbers
/// the absolute values are meant, of booleans 0 and 1.</summary>
public sealed record TensorStatistics
{
    /// <summary>The number of elements.</summary>
    public long Count { get; init; }

    /// <summary>The least; null if there is none.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest; null if there is none.</summary>
    public double? Maximum { get; init; }

    /// <summary>The mean; null if there is no number.</summary>
    public double? Mean { get; init; }

    /// <summary>The standard deviation, of all elements and not of a sample; null if there is no number.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>How many are not a number.</summary>
    public long NaNCount { get; init; }

    /// <summary>How many are infinite.</summary>
    public long InfinityCount { get; init; }

    /// <summary>The share of zeros, from 0 to 1; null if there are no elements.</summary>
    public double? ZeroShare { get; init; }

    /// <summary>Of a tensor.</summary>
    /// <returns>Null for strings and other elements that are no numbers.</returns>
    public static TensorStatistics? Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!TensorMoments.Knows(tensor.DType))
        {
            return null;
        }

        TensorMoments moments = new(tensor.DType);
        moments.Add(tensor);
        return moments.Result;
    }

    /// <summary><c>-0.0531 … 0.0498, mean 0.0001, deviation 0.0203</c>.</summary>
    public override string ToString() => Minimum is null
        ? $"{Count} elements, {NaNCount} NaN"
        : $"{Minimum:G4} … {Maximum:G4}, mean {Mean:G4}, deviation {StandardDeviation:G4}{(NaNCount > 0 ? $", {NaNCount} NaN" : "")}";
}

/// <summary>Gathers the statistics of a tensor's elements piece by piece.</summary>
internal sealed class TensorMoments(DType dtype)
{
    private const int PieceLength = 4096;

    private readonly double[] _piece = new double[PieceLength];
    private long _count, _numbers, _nan, _infinite, _zeros;
    private double _least = double.PositiveInfinity, _most = double.NegativeInfinity, _mean, _squares;

    /// <summary>What is known so far.</summary>
    public TensorStatistics Result => new()
    {
        Count = _count,
        Minimum = _numbers == 0 ? null : _least,
        Maximum = _numbers == 0 ? null : _most,
        Mean = _numbers == 0 ? null : _mean,
        StandardDeviation = _numbers == 0 ? null : Math.Sqrt(_squares / _numbers),
        NaNCount = _nan,
        InfinityCount = _infinite,
        ZeroShare = _count == 0 ? null : (double)_zeros / _count,
    };

    /// <summary>Whether elements of a type are numbers.</summary>
    public static bool Knows(DType dtype) => dtype.IsKnown() && !dtype.IsObject();

    /// <summary>Adds all elements of a tensor.</summary>
    public void Add(Tensor tensor)
    {
        const int pieceBytes = 1 << 20;
        for (long at = 0; at < tensor.ByteLength; at += pieceBytes)
        {
            Add(tensor.Buffer.Bytes(at, (int)Math.Min(pieceBytes, tensor.ByteLength - at)));
        }
    }

    /// <summary>Adds whole elements by their bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        int size = dtype.Size();
        for (int at = 0; at < bytes.Length; at += PieceLength * size)
        {
            ReadOnlySpan<byte> part = bytes.Slice(at, Math.Min(PieceLength * size, bytes.Length - at));
            Span<double> numbers = _piece.AsSpan(0, part.Length / size);
            Convert(part, numbers);
            Add(numbers);
        }
    }

    private void Add(Span<double> numbers)
    {
        _count += numbers.Length;
        int kept = 0;
        foreach (double number in numbers)
        {
            _zeros += number == 0 ? 1 : 0;
            _infinite += double.IsInfinity(number) ? 1 : 0;
            numbers[kept] = number;
            kept += double.IsNaN(number) ? 0 : 1;
        }

        _nan += numbers.Length - kept;
        if (kept == 0)
        {
            return;
        }

        ReadOnlySpan<double> known = numbers[..kept];
        _least = Math.Min(_least, TensorPrimitives.Min(known));
        _most = Math.Max(_most, TensorPrimitives.Max(known));
        double mean = TensorPrimitives.Sum(known) / kept, squares = 0;
        foreach (double number in known)
        {
            squares += (number - mean) * (number - mean);
        }

        // Chan's way to put two parts together, which loses nothing where the mean is far from zero.
        long all = _numbers + kept;
        double delta = mean - _mean;
        _squares = _numbers == 0 ? squares : _squares + squares + delta * delta * ((double)_numbers * kept / all);
        _mean = _numbers == 0 ? mean : _mean + delta * kept / all;
        _numbers = all;
    }

    private void Convert(ReadOnlySpan<byte> bytes, Span<double> numbers)
    {
        switch (dtype)
        {
            case DType.Float32: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(bytes), numbers); break;
            case DType.Float64: MemoryMarshal.Cast<byte, double>(bytes).CopyTo(numbers); break;
            case DType.Float16: Each<Half>(bytes, numbers, value => (double)value); break;
            case DType.BFloat16: Each<BFloat16>(bytes, numbers, value => value.ToSingle()); break;
            case DType.Float8E5M2: Each<byte>(bytes, numbers, value => (double)Float8.FromE5M2(value)); break;
            case DType.Float8E4M3FN: Each<byte>(bytes, numbers, value => Float8.FromE4M3(value)); break;
            case DType.Complex64: Each<Complex64>(bytes, numbers, value => Complex.Abs(value.ToComplex())); break;
            case DType.Complex128: Each<Complex>(bytes, numbers, Complex.Abs); break;
            case DType.Int64: Each<long>(bytes, numbers, value => value); break;
            case DType.UInt64: Each<ulong>(bytes, numbers, value => value); break;
            case DType.Int32 or DType.QInt32: Each<int>(bytes, numbers, value => value); break;
            case DType.UInt32: Each<uint>(bytes, numbers, value => value); break;
            case DType.Int16 or DType.QInt16: Each<short>(bytes, numbers, value => value); break;
            case DType.UInt16 or DType.QUInt16: Each<ushort>(bytes, numbers, value => value); break;
            case DType.Int8 or DType.QInt8: Each<sbyte>(bytes, numbers, value => value); break;
            // The sign is the highest bit of the lower half.
            case DType.Int4: Each<byte>(bytes, numbers, value => (sbyte)(value << 4) >> 4); break;
            default: Each<byte>(bytes, numbers, value => value); break;
        }
    }

    private static void Each<T>(ReadOnlySpan<byte> bytes, Span<double> numbers, Func<T, double> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = convert(values[i]);
        }
    }
}
