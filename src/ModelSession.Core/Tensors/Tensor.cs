using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelSessions;

/// <summary>A value: element type, shape, elements in row-major order. Elements of string tensors are byte strings.</summary>
[TypeConverter(typeof(TensorConverter))]
public sealed partial class Tensor
{
    /// <summary>A tensor over a buffer that it does not copy.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The shape, fully defined.</param>
    /// <param name="buffer">At least as large as the shape needs.</param>
    /// <exception cref="ArgumentException">The shape is not fully defined, or the buffer too small or of the wrong kind.</exception>
    public Tensor(DType dtype, Shape shape, TensorBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(buffer);
        long count = shape.ElementCount;
        if (count < 0)
        {
            throw new ArgumentException($"A tensor needs a fully defined shape, not {shape}.", nameof(shape));
        }

        bool fits = dtype.IsObject()
            ? buffer.HoldsObjects && buffer.Objects.Length >= count
            : !buffer.HoldsObjects && buffer.ByteLength >= checked(count * dtype.Size());
        if (!fits)
        {
            throw new ArgumentException($"The buffer has no room for {dtype.Name()} {shape}.", nameof(buffer));
        }

        DType = dtype;
        Shape = shape;
        Buffer = buffer;
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The shape, fully defined.</summary>
    public Shape Shape { get; }

    /// <summary>The memory of the elements; may be larger than they need.</summary>
    public TensorBuffer Buffer { get; }

    /// <summary>The number of elements.</summary>
    public long ElementCount => Shape.ElementCount;

    /// <summary>Bytes of the elements; 0 for strings, resources, variants.</summary>
    public long ByteLength => ElementCount * DType.Size();

    /// <summary>The elements of a string, resource or variant tensor. A null in a string tensor is the empty string.</summary>
    public Span<object?> Objects => Buffer.Objects[..Count];

    private int Count => ElementCount <= int.MaxValue
        ? (int)ElementCount
        : throw new InvalidOperationException($"A tensor of shape {Shape} has more elements than a span can hold.");

    /// <summary>A tensor whose elements are all 0 (empty strings).</summary>
    /// <exception cref="ArgumentException">The shape is not fully defined.</exception>
    public static Tensor Zeros(DType dtype, Shape shape) => Create(dtype, shape, zeroed: true);

    /// <summary>A tensor whose elements are arbitrary until they are written.</summary>
    /// <exception cref="ArgumentException">The shape is not fully defined.</exception>
    public static Tensor Uninitialized(DType dtype, Shape shape) => Create(dtype, shape, zeroed: false);

    /// <summary>A tensor with a copy of the values, in row-major order.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.ElementCount != values.Length)
        {
            throw new ArgumentException($"{values.Length:n0} values do not fill the shape {shape}.", nameof(values));
        }

        Tensor tensor = Uninitialized(DTypes.Of<T>(), shape);
        values.CopyTo(tensor.Span<T>());
        return tensor;
    }

    /// <summary>A vector with a copy of the values.</summary>
    public static Tensor From<T>(params ReadOnlySpan<T> values)
        where T : unmanaged => From(values, [values.Length]);

    /// <summary>A tensor with a copy of an array's values, for scripts: <c>[ModelSessions.Tensor]::FromArray([float[]](1, 2, 3))</c>.</summary>
    /// <param name="values">Texts or numbers, in row-major order.</param>
    /// <param name="shape">The shape; that of a vector if null.</param>
    /// <exception cref="ArgumentException">The array holds something else, or does not fill the shape.</exception>
    public static Tensor FromArray(Array values, Shape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        shape ??= [values.LongLength];
        return values.GetType().GetElementType() switch
        {
            Type type when type == typeof(string) => FromStrings((string[])values, shape),
            Type type when type == typeof(float) => From<float>((float[])values, shape),
            Type type when type == typeof(double) => From<double>((double[])values, shape),
            Type type when type == typeof(int) => From<int>((int[])values, shape),
            Type type when type == typeof(long) => From<long>((long[])values, shape),
            Type type when type == typeof(byte) => From<byte>((byte[])values, shape),
            Type type when type == typeof(bool) => From<bool>((bool[])values, shape),
            _ => throw new ArgumentException(
                $"A tensor is made of an array of texts or numbers of one type; this one is {values.GetType().Name}. Say which, as in [float[]](1, 2, 3).", nameof(values)),
        };
    }

    /// <summary>A scalar.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged => From([value], Shape.Scalar);

    /// <summary>A scalar string, UTF-8.</summary>
    public static Tensor Scalar(string value) => FromStrings([value], Shape.Scalar);

    /// <summary>A string tensor of UTF-8 strings.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public static Tensor FromStrings(ReadOnlySpan<string> values, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.ElementCount != values.Length)
        {
            throw new ArgumentException($"{values.Length:n0} values do not fill the shape {shape}.", nameof(values));
        }

        Tensor tensor = Zeros(DType.String, shape);
        for (int i = 0; i < values.Length; i++)
        {
            tensor.Objects[i] = Encoding.UTF8.GetBytes(values[i]);
        }

        return tensor;
    }

    /// <summary>The elements, which may be changed.</summary>
    /// <exception cref="InvalidOperationException">Elements of this dtype are not held as <typeparamref name="T"/>.</exception>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        if (DType.ElementType() != typeof(T))
        {
            throw new InvalidOperationException($"Elements of a {DType.Name()} tensor are {DType.ElementType().Name}, not {typeof(T).Name}.");
        }

        return Buffer.Span<T>(Count);
    }

    /// <summary>The bytes of the elements: little-endian, row-major.</summary>
    /// <exception cref="InvalidOperationException">More than 2 GiB, or elements that are objects.</exception>
    public Span<byte> Bytes()
    {
        if (DType.IsObject() || ByteLength > int.MaxValue)
        {
            throw new InvalidOperationException($"A {DType.Name()} tensor of shape {Shape} has no span of bytes.");
        }

        return Buffer.Bytes(0, (int)ByteLength);
    }

    /// <summary>The only element of a scalar (or of a tensor with one element).</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one, or it is of another type.</exception>
    public T ToScalar<T>()
        where T : unmanaged => ElementCount == 1
            ? Span<T>()[0]
            : throw new InvalidOperationException($"A tensor of shape {Shape} is not a scalar.");

    /// <summary>An element, or a copy of a part: an index or a range in Python's notation for each dimension, from the first on, <c>t[0, "1:3"]</c>;
    /// of an index below 0 the end is meant.</summary>
    /// <exception cref="GraphException">There are not so many dimensions, or an index is outside (OutOfRange).</exception>
    public object this[object index] => At(index);

    /// <inheritdoc cref="this[object]"/>
    public object this[object index, object second] => At(index, second);

    /// <inheritdoc cref="this[object]"/>
    public object this[object index, object second, object third] => At(index, second, third);

    /// <inheritdoc cref="this[object]"/>
    public object this[object index, object second, object third, object fourth] => At(index, second, third, fourth);

    /// <summary>One string of a string tensor as bytes.</summary>
    public ReadOnlySpan<byte> StringBytes(int index) => (byte[]?)Objects[index];

    /// <summary>One string of a string tensor, read as UTF-8.</summary>
    public string StringAt(int index) => Encoding.UTF8.GetString(StringBytes(index));

    /// <summary>A copy of the elements, row-major, as an array of their .NET type; strings are read as UTF-8.</summary>
    public Array ToArray()
    {
        if (DType == DType.String)
        {
            return Enumerable.Range(0, Count).Select(StringAt).ToArray();
        }

        if (DType.IsObject())
        {
            return Objects.ToArray();
        }

        Array array = Array.CreateInstance(DType.ElementType(), Count);
        Bytes().CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), (int)ByteLength));
        return array;
    }

    /// <summary>The same elements in another shape, not copied.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public Tensor Reshape(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.ElementCount == ElementCount
            ? new Tensor(DType, shape, Buffer)
            : throw new ArgumentException($"{ElementCount:n0} elements do not fill the shape {shape}.", nameof(shape));
    }

    /// <summary>A copy with memory of its own; strings are shared, being immutable by convention.</summary>
    public Tensor Clone()
    {
        Tensor copy = Uninitialized(DType, Shape);
        if (DType.IsObject())
        {
            Objects.CopyTo(copy.Objects);
        }
        else
        {
            for (long at = 0; at < ByteLength;)
            {
                int part = (int)Math.Min(ByteLength - at, 1 << 30);
                Buffer.Bytes(at, part).CopyTo(copy.Buffer.Bytes(at, part));
                at += part;
            }
        }

        return copy;
    }

    private static Tensor Create(DType dtype, Shape shape, bool zeroed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = shape.ElementCount;
        if (count < 0)
        {
            throw new ArgumentException($"A tensor needs a fully defined shape, not {shape}.", nameof(shape));
        }

        TensorBuffer buffer = dtype.IsObject()
            ? TensorBuffer.AllocateObjects(checked((int)count))
            : TensorBuffer.Allocate(checked(count * dtype.Size()), zeroed);
        return new Tensor(dtype, shape, buffer);
    }

    // PowerShell knows no indexer with any number of places.
    private object At(params ReadOnlySpan<object> index)
    {
        StringBuilder places = new();
        foreach (object place in index)
        {
            ArgumentNullException.ThrowIfNull(place, nameof(index));
            places.Append(places.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{place}");
        }

        Tensor part = TensorSelection.Parse(places.ToString()).In(Shape).Take(this);
        return part.Shape.Rank == 0 ? part.ToArray().GetValue(0)! : part;
    }
}
