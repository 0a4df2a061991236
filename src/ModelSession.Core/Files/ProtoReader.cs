using System.Runtime.CompilerServices;

namespace ModelSessions.Files;

/// <summary>Walks over the fields of a protocol buffer without making objects: indexes have tens of thousands of small ones.</summary>
/// <remarks>Usage: <c>while (reader.Next()) switch (reader.Tag) { case Tags.Varint1: … default: reader.Skip(); }</c>.
/// A known field of another wire type has another tag, and so is skipped, as protocol buffers ask.</remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes, long origin)
{
    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;
    private const int WireBits = 3;

    private ByteReader _reader = new(bytes, origin);

    /// <summary>Field number and wire type of the field that stands next.</summary>
    public ulong Tag { get; private set; }

    /// <summary>Where it stands in the file.</summary>
    public readonly long Position => _reader.Position;

    /// <summary>Goes to the next field; false at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (_reader.Left == 0)
        {
            return false;
        }

        long position = _reader.Position;
        Tag = _reader.ReadVarint("a field's tag");
        return Tag >> WireBits != 0 ? true : throw ModelFileException.At(position, "a field's number", "0");
    }

    /// <summary>The value of a field of kind varint.</summary>
    public ulong ReadVarint() => _reader.ReadVarint("a field's value");

    /// <summary>The value of a field of 32 bits.</summary>
    public uint ReadFixed32() => _reader.ReadUInt32("a field's value");

    /// <summary>The bytes of a string, message or packed field.</summary>
    public ReadOnlySpan<byte> ReadBytes() => _reader.Read(_reader.ReadVarint("a field's length"), "a field");

    /// <summary>The fields of a message that is a field.</summary>
    public ProtoReader ReadMessage()
    {
        ReadOnlySpan<byte> bytes = ReadBytes();
        return new ProtoReader(bytes, Position - bytes.Length);
    }

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip()
    {
        switch (Tag & ((1 << WireBits) - 1))
        {
            case WireVarint:
                _ = ReadVarint();
                break;
            case WireFixed64:
                _ = _reader.Read(sizeof(ulong), "a field's value");
                break;
            case WireBytes:
                _ = ReadBytes();
                break;
            case WireFixed32:
                _ = ReadFixed32();
                break;
            default:
                throw ModelFileException.At(Position, "a field of a known wire type", $"type {Tag & ((1 << WireBits) - 1)}");
        }
    }

    /// <summary>Tags by field number, for switches.</summary>
    public static class Tags
    {
        public const ulong Varint1 = 1 << WireBits | WireVarint;
        public const ulong Varint2 = 2 << WireBits | WireVarint;
        public const ulong Varint3 = 3 << WireBits | WireVarint;
        public const ulong Varint4 = 4 << WireBits | WireVarint;
        public const ulong Varint5 = 5 << WireBits | WireVarint;
        public const ulong Fixed1 = 1 << WireBits | WireFixed32;
        public const ulong Fixed6 = 6 << WireBits | WireFixed32;
        public const ulong Bytes1 = 1 << WireBits | WireBytes;
        public const ulong Bytes2 = 2 << WireBits | WireBytes;
        public const ulong Bytes3 = 3 << WireBits | WireBytes;
        public const ulong Bytes4 = 4 << WireBits | WireBytes;
        public const ulong Bytes7 = 7 << WireBits | WireBytes;
    }
}
