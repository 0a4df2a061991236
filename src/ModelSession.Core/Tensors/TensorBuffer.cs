using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSessions;

/// <summary>Memory for the elements of a tensor, managed: a span into it keeps it alive, and what nobody holds is collected.
/// Large buffers start at a multiple of 64 bytes.</summary>
public sealed class TensorBuffer
{
    /// <summary>The alignment of large buffers in bytes: a cache line, a 512-bit vector.</summary>
    public const int Alignment = 64;

    // Smaller buffers live in the ordinary heap; larger ones are pinned so that their alignment stays.
    private const long PinnedFrom = 2048;

    private readonly Block[]? _blocks;
    private readonly nint _offset;
    private readonly object?[]? _objects;

    private TensorBuffer(Block[] blocks, nint offset, long byteLength)
    {
        _blocks = blocks;
        _offset = offset;
        ByteLength = byteLength;
    }

    private TensorBuffer(object?[] objects) => _objects = objects;

    /// <summary>The number of bytes; 0 for a buffer of objects.</summary>
    public long ByteLength { get; }

    /// <summary>The elements of a string, resource or variant tensor.</summary>
    /// <exception cref="InvalidOperationException">This is a buffer of bytes.</exception>
    public Span<object?> Objects => _objects ?? throw new InvalidOperationException("The buffer holds bytes, not objects.");

    /// <summary>Whether the elements are objects.</summary>
    public bool HoldsObjects => _objects is not null;

    /// <summary>Memory of <paramref name="byteLength"/> bytes.</summary>
    /// <param name="byteLength">The number of bytes.</param>
    /// <param name="zeroed">Whether all bytes are 0; else their values are arbitrary.</param>
    /// <exception cref="EngineException">More than an array can hold (ResourceExhausted).</exception>
    public static TensorBuffer Allocate(long byteLength, bool zeroed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteLength);
        bool pinned = byteLength >= PinnedFrom;
        long count = (byteLength + Alignment - 1) / Alignment + (pinned ? 1 : 0);
        if (count > Array.MaxLength)
        {
            throw new EngineException(StatusCode.ResourceExhausted, $"A tensor of {byteLength:n0} bytes is larger than this process can hold.");
        }

        Block[] blocks = zeroed
            ? GC.AllocateArray<Block>((int)count, pinned)
            : GC.AllocateUninitializedArray<Block>((int)count, pinned);
        return new TensorBuffer(blocks, pinned ? OffsetToAlignment(blocks) : 0, byteLength);
    }

    /// <summary>Room for <paramref name="count"/> objects, all null.</summary>
    public static TensorBuffer AllocateObjects(int count) => new(new object?[count]);

    /// <summary>The first <paramref name="count"/> elements as <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer is smaller.</exception>
    public Span<T> Span<T>(int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * Unsafe.SizeOf<T>(), ByteLength, nameof(count));
        return _blocks is null || count == 0 ? [] : MemoryMarshal.CreateSpan(ref Start<T>(), count);
    }

    /// <summary>A part of the bytes, for buffers beyond 2 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the buffer.</exception>
    public Span<byte> Bytes(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, ByteLength, nameof(length));
        return length == 0 ? [] : MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Start<byte>(), (nint)start), length);
    }

    /// <summary>A part of the bytes as a buffer of its own, which shares the memory. It need not start at a multiple of anything.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the buffer.</exception>
    /// <exception cref="InvalidOperationException">This is a buffer of objects.</exception>
    public TensorBuffer Slice(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ByteLength - start);
        return new TensorBuffer(_blocks ?? throw new InvalidOperationException("The buffer holds objects, not bytes."), _offset + (nint)start, length);
    }

    private static unsafe nint OffsetToAlignment(Block[] blocks)
    {
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(blocks));
        return (Alignment - address % Alignment) % Alignment;
    }

    private ref T Start<T>() => ref Unsafe.As<byte, T>(
        ref Unsafe.AddByteOffset(ref Unsafe.As<Block, byte>(ref MemoryMarshal.GetArrayDataReference(_blocks!)), _offset));

    // Arrays of 64-byte elements reach 128 GiB; arrays of bytes end at 2 GiB.
    [InlineArray(Alignment)]
    private struct Block
    {
        private byte _first;
    }
}
