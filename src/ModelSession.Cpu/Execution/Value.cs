using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Execution;

/// <summary>What a slot of a run holds: element type, shape and memory, or a reference to a variable. Used again by each run,
/// so that a steady run makes no objects.</summary>
internal sealed class Value(DType dtype)
{
    /// <summary>TensorFlow's limit. Kernels keep shapes on the stack, so it also guards that.</summary>
    public const int MaxRank = 254;

    private Lease? _lease;
    private long _count;

    public DType DType { get; } = dtype;

    public Shape Shape { get; private set; } = Shape.Scalar;

    public ReadOnlySpan<long> Dimensions => Shape.Dimensions;

    public int Rank => Shape.Rank;

    /// <summary>The memory; null while there is no value.</summary>
    public TensorBuffer? Memory { get; private set; }

    /// <summary>The variable that a ref-typed slot stands for.</summary>
    public RefVariable? Reference { get; set; }

    /// <summary>Whether the step that the slot stands for has run, where others wait for that.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether there is something here; else the slot is dead.</summary>
    public bool HasValue => Memory is not null || Reference is not null || IsMarked;

    public long LongCount => _count;

    /// <summary>The number of elements.</summary>
    /// <exception cref="EngineException">More than a span can hold.</exception>
    public int Count => _count <= int.MaxValue
        ? (int)_count
        : throw new EngineException(StatusCode.ResourceExhausted, $"A tensor of shape {Shape} has more elements than this engine handles ({int.MaxValue:n0}).");

    /// <summary>The number of elements of a tensor that holds a shape.</summary>
    /// <exception cref="EngineException">More than a tensor has dimensions.</exception>
    public int ShapeLength => _count <= MaxRank
        ? (int)_count
        : throw new EngineException(StatusCode.InvalidArgument, $"A shape has {_count} dimensions; at most {MaxRank} are possible.");

    /// <summary>Whether nobody but this slot sees its memory.</summary>
    public bool IsExclusive => _lease is { IsExclusive: true };

    /// <summary>Whether another slot shares its memory.</summary>
    public bool IsShared => _lease is { IsShared: true };

    /// <summary>The elements. <typeparamref name="T"/> has the size of an element, or is <see cref="object"/>.</summary>
    public Span<T> Span<T>()
        where T : unmanaged => Memory!.Span<T>(Count);

    /// <summary>The elements, of complex ones the real and imaginary parts one after another. <typeparamref name="T"/> has the size of a part.</summary>
    public Span<T> Parts<T>()
        where T : unmanaged => Memory!.Span<T>(checked(Count * (DType.Size() / Unsafe.SizeOf<T>())));

    /// <summary>The elements of a tensor of strings, resources or variants.</summary>
    public Span<object?> Objects => Memory!.Objects[..Count];

    /// <summary>The elements, for kernels that only move them: <typeparamref name="T"/> is an unmanaged type of an element's
    /// size, or <see cref="object"/>.</summary>
    public Span<T> Elements<T>() => typeof(T) == typeof(object)
        ? MemoryMarshal.CreateSpan(ref Unsafe.As<object?, T>(ref MemoryMarshal.GetReference(Objects)), Count)
        : MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(Memory!.Bytes(0, checked(Count * Unsafe.SizeOf<T>())))), Count);

    /// <summary>An element of a tensor of whole numbers.</summary>
    /// <exception cref="EngineException">It is of another type.</exception>
    public long Integer(int index) => DType switch
    {
        DType.Int32 => Span<int>()[index],
        DType.Int64 => Span<long>()[index],
        DType.Int16 => Span<short>()[index],
        DType.UInt16 => Span<ushort>()[index],
        DType.Int8 => Span<sbyte>()[index],
        DType.UInt8 => Span<byte>()[index],
        _ => throw new EngineException(StatusCode.InvalidArgument, $"Indices and sizes are whole numbers, not {DType.Name()}."),
    };

    /// <summary>The only element of a tensor of whole numbers.</summary>
    /// <exception cref="EngineException">There is not exactly one.</exception>
    public long IntegerScalar(string what) => _count == 1
        ? Integer(0)
        : throw new EngineException(StatusCode.InvalidArgument, $"{what} must be a scalar, not of shape {Shape}.");

    /// <summary>The elements of a tensor of whole numbers, widened.</summary>
    public void CopyIntegers(Span<long> target)
    {
        if (DType == DType.Int64)
        {
            Span<long>().CopyTo(target);
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            target[i] = Integer(i);
        }
    }

    /// <summary>The only element, or the first.</summary>
    public T Scalar<T>()
        where T : unmanaged => Span<T>()[0];

    /// <summary>Memory of somebody else (a feed, a constant), which is never written.</summary>
    public void Borrow(Tensor tensor)
    {
        Clear();
        SetShape(tensor.Shape);
        Memory = tensor.Buffer;
    }

    /// <summary>Takes over what the caller holds.</summary>
    public void Take(Lease lease, ReadOnlySpan<long> dimensions)
    {
        Clear();
        SetShape(dimensions);
        _lease = lease;
        Memory = lease.Memory;
    }

    /// <summary>Shares another value's memory.</summary>
    public void ShareFrom(Value other, ReadOnlySpan<long> dimensions)
    {
        Lease? lease = other._lease;
        TensorBuffer? memory = other.Memory;
        lease?.Hold();
        SetShape(dimensions);
        Clear();
        _lease = lease;
        Memory = memory;
    }

    /// <summary>Copies the elements of a tensor of the same type and number.</summary>
    /// <exception cref="OperationCanceledException">Some of them are copied.</exception>
    public void Write(Tensor source, CancellationToken cancel = default)
    {
        if (DType.IsObject())
        {
            source.Objects.CopyTo(Objects);
            return;
        }

        CopyBytes(source.Buffer, Memory!, source.ByteLength, cancel);
    }

    /// <summary>Copies the elements of a value of the same type and number.</summary>
    public void Write(Value source)
    {
        if (DType.IsObject())
        {
            source.Objects.CopyTo(Objects);
            return;
        }

        CopyBytes(source.Memory!, Memory!, _count * DType.Size(), CancellationToken.None);
    }

    /// <summary>Lets go of the memory. The shape stays, for the next run to find.</summary>
    public void Clear()
    {
        Lease? lease = _lease;
        _lease = null;
        Memory = null;
        lease?.Release();
    }

    /// <summary>Leaves nothing behind: neither memory nor reference nor mark.</summary>
    public void Reset()
    {
        Clear();
        Reference = null;
        IsMarked = false;
    }

    /// <summary>A copy of its own.</summary>
    public Tensor ToTensor() => new Tensor(DType, Shape, Memory!).Clone();

    public void SetShape(ReadOnlySpan<long> dimensions)
    {
        if (!Shape.Dimensions.SequenceEqual(dimensions))
        {
            SetShape(new Shape(dimensions));
        }
        else
        {
            _count = Shape.ElementCount;
        }
    }

    public void SetShape(Shape shape)
    {
        if (shape.Rank > MaxRank)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"A tensor has {shape.Rank} dimensions; at most {MaxRank} are possible.");
        }

        Shape = shape;
        try
        {
            _count = shape.ElementCount;
        }
        catch (OverflowException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"A tensor of shape {shape} has more than 2^63 - 1 elements.", innerException: e);
        }
    }

    private static void CopyBytes(TensorBuffer source, TensorBuffer target, long length, CancellationToken cancel)
    {
        // Most values are small: nothing is allocated for one.
        if (length <= Pieces.Largest)
        {
            cancel.ThrowIfCancellationRequested();
            source.Bytes(0, (int)length).CopyTo(target.Bytes(0, (int)length));
            return;
        }

        foreach ((long start, int size) in Pieces.Of(length, cancel))
        {
            source.Bytes(start, size).CopyTo(target.Bytes(start, size));
        }
    }
}
