using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>An array whose first dimension counts rows, which are read some at a time.</summary>
/// <param name="path">Its file; null for memory.</param>
/// <param name="type">The element type: numbers.</param>
/// <param name="shape">The shape.</param>
internal abstract class RowArray(string? path, DType type, Shape shape)
{
    /// <summary>Its file; null for memory.</summary>
    public string? Path => path;

    /// <summary>The element type.</summary>
    public DType Type => type;

    /// <summary>The shape of all.</summary>
    public Shape Shape => shape;

    /// <summary>The number of rows.</summary>
    public long Count => shape[0];

    /// <summary>The shape of a row.</summary>
    public Shape RowShape { get; } = Shape.Create(shape.Dimensions[1..]);

    /// <summary>The bytes of a row.</summary>
    public int RowBytes { get; } = checked((int)(Shape.Create(shape.Dimensions[1..]).ElementCount * type.Size()));

    /// <summary>A text that differs for other rows.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Reads rows that follow each other, as many as there is room for. Several threads may do so at once.</summary>
    /// <exception cref="ModelFileException">The file is gone or not what it was.</exception>
    public abstract void Read(long first, Span<byte> rows);
}

/// <summary>Rows in a file, one after the other from a place on.</summary>
/// <param name="source">The bytes.</param>
/// <param name="offset">Where the first row begins.</param>
/// <param name="type">The element type.</param>
/// <param name="shape">The shape of all.</param>
/// <param name="isBigEndian">Whether the bytes of an element are turned round.</param>
internal sealed class StoredRows(ByteSource source, long offset, DType type, Shape shape, bool isBigEndian) : RowArray(source.Path, type, shape)
{
    public override string Fingerprint => $"{Type.Name()}{Shape}:{source.Length}+{offset}:{source.Checksum():x8}";

    public override void Read(long first, Span<byte> rows)
    {
        source.ReadAt(offset + first * RowBytes, rows);
        int size = Type.Size();
        for (int at = 0; isBigEndian && size > 1 && at < rows.Length; at += size)
        {
            rows.Slice(at, size).Reverse();
        }
    }
}

/// <summary>Rows in memory.</summary>
/// <param name="path">Where they come from.</param>
/// <param name="tensor">The rows.</param>
internal sealed class HeldRows(string? path, Tensor tensor) : RowArray(path, tensor.DType, tensor.Shape)
{
    public override string Fingerprint => $"{tensor.Describe()}:{Crc32C.Of(tensor.Bytes()):x8}";

    public override void Read(long first, Span<byte> rows) => tensor.Buffer.Bytes(first * RowBytes, rows.Length).CopyTo(rows);
}
