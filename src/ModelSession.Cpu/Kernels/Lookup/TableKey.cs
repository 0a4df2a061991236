using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Lookup;

/// <summary>A key of a table: the bits of a number, or bytes; equal by content.</summary>
internal readonly struct TableKey(long number, byte[]? bytes) : IEquatable<TableKey>
{
    private readonly long _number = number;
    private readonly byte[]? _bytes = bytes;

    /// <summary>A key out of a tensor of keys.</summary>
    /// <param name="keys">The keys, each of so many elements.</param>
    /// <param name="index">Which key.</param>
    /// <param name="length">The number of elements of a key; 1 but in tables whose keys are vectors.</param>
    public static TableKey Read(Value keys, int index, int length)
    {
        if (keys.DType == DType.String)
        {
            return length == 1
                ? new TableKey(0, (byte[]?)keys.Objects[index] ?? [])
                : throw Failure.Invalid("A table's keys cannot be vectors of strings.");
        }

        int size = keys.DType.Size() * length;
        ReadOnlySpan<byte> bits = keys.Memory!.Bytes((long)index * size, size);
        if (size > sizeof(long))
        {
            return new TableKey(0, bits.ToArray());
        }

        Span<byte> wide = stackalloc byte[sizeof(long)];
        wide.Clear();
        bits.CopyTo(wide);
        return new TableKey(BitConverter.ToInt64(wide), null);
    }

    public bool Equals(TableKey other) => _number == other._number && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is TableKey other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_number);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }
}
