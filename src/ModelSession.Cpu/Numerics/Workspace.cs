using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Scratch memory of one run at a time. It grows to what the largest kernel needs and then allocates no more.</summary>
/// <param name="take">Asks for memory before it is allocated; what it throws stops that. Null to ask nobody.</param>
/// <param name="give">Is told of memory that is let go of.</param>
internal sealed class Workspace(Action<long>? take = null, Action<long>? give = null)
{
    // Buffers of this size are pinned: their address stays.
    private const long MinimumLength = 4096;

    private TensorBuffer _buffer = TensorBuffer.Allocate(MinimumLength, zeroed: false);
    private long _used;
    private long _wanted;
    private long _counted;

    /// <summary>Memory of unspecified content, aligned to 64 bytes, until the lease is disposed; leases end in reverse order.</summary>
    public unsafe Lease Rent(long byteLength)
    {
        long size = (byteLength + TensorBuffer.Alignment - 1) / TensorBuffer.Alignment * TensorBuffer.Alignment;
        _wanted = Math.Max(_wanted, _used + size);
        if (_used == 0 && _wanted > _buffer.ByteLength)
        {
            Clear();
            take?.Invoke(_wanted);
            _buffer = TensorBuffer.Allocate(_wanted, zeroed: false);
            _counted = _wanted;
        }

        if (_used + size > _buffer.ByteLength)
        {
            // The memory in use cannot move. Once it is free, the next lease finds room for all that was wanted.
            take?.Invoke(size);
            give?.Invoke(size);
            TensorBuffer own = TensorBuffer.Allocate(Math.Max(size, MinimumLength), zeroed: false);
            return new Lease(this, own, Address(own, 0), 0);
        }

        Lease lease = new(this, _buffer, Address(_buffer, _used), size);
        _used += size;
        return lease;
    }

    /// <summary>Lets go of the memory, if nobody holds any.</summary>
    public void Clear()
    {
        if (_used == 0 && _counted > 0)
        {
            _buffer = TensorBuffer.Allocate(MinimumLength, zeroed: false);
            give?.Invoke(_counted);
            _counted = 0;
        }
    }

    private static unsafe void* Address(TensorBuffer buffer, long start) =>
        Unsafe.AsPointer(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(buffer.Span<byte>(1)), (nint)start));

    /// <summary>Memory lent.</summary>
    public readonly unsafe ref struct Lease
    {
        private readonly Workspace _owner;
        private readonly TensorBuffer _buffer;
        private readonly void* _address;
        private readonly long _size;

        internal Lease(Workspace owner, TensorBuffer buffer, void* address, long size)
        {
            _owner = owner;
            _buffer = buffer;
            _address = address;
            _size = size;
        }

        /// <summary>Where the memory starts.</summary>
        public T* Pointer<T>()
            where T : unmanaged => (T*)_address;

        /// <summary>Elements from an offset on.</summary>
        public Span<T> Span<T>(long start, int length)
            where T : unmanaged => new((T*)_address + start, length);

        /// <summary>Gives the memory back.</summary>
        public void Dispose()
        {
            _owner._used -= _size;
            GC.KeepAlive(_buffer);
        }
    }
}
