using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Takes tf.train.Example messages apart by their wire format. A feature that is absent or empty is missing; bytes are numbers from 0
/// to 255 where numbers are wanted, unless they are a text.</summary>
internal sealed class ExampleRowParser(ExampleFormat format) : RowParser
{
    private readonly byte[][] _names = [.. format.Columns.Select(Encoding.UTF8.GetBytes)];
    private readonly (int Start, int Length, FeatureKind Kind, int Count)[] _found = new (int, int, FeatureKind, int)[format.Columns.Count];
    private readonly byte[]?[] _joined = new byte[format.Columns.Count][];
    private byte[] _bytes = [];
    private byte[] _text = [];
    private FeatureAction? _note;

    private enum FeatureKind
    {
        None,
        Bytes,
        Floats,
        Integers,
    }

    private delegate void FeatureAction(ReadOnlySpan<byte> name, ReadOnlySpan<byte> feature);

    /// <summary>Goes through the features of a message.</summary>
    public static void EachFeature(ReadOnlySpan<byte> message, Action<byte[], byte[]> action) =>
        Each(message, (name, feature) => action(name.ToArray(), feature.ToArray()));

    /// <summary>The first text of a feature that is a list of bytes; nothing of another.</summary>
    public static ReadOnlySpan<byte> FirstText(ReadOnlySpan<byte> feature)
    {
        ProtoReader reader = new(feature, 0);
        if (!reader.Next() || reader.Tag != ProtoReader.Tags.Bytes1)
        {
            return [];
        }

        ProtoReader list = reader.ReadMessage();
        return list.Next() && list.Tag == ProtoReader.Tags.Bytes1 ? list.ReadBytes() : [];
    }

    public override void Parse(RowBlock block, int row)
    {
        Array.Clear(_found);
        Array.Clear(_joined);
        _bytes = block.Bytes;
        try
        {
            Each(block[row], _note ??= Note);
        }
        catch (ModelFileException error)
        {
            throw block.Fault(row, null, $"this is no tf.train.Example: {error.Message}");
        }
    }

    public override bool IsMissing(int column) => _found[column].Count == 0;

    public override int Size(int column) => _found[column].Kind == FeatureKind.Bytes ? _found[column].Length : _found[column].Count;

    public override bool TryNumbers(int column, Span<double> numbers)
    {
        (int start, int length, FeatureKind kind, int count) = _found[column];
        ReadOnlySpan<byte> bytes = (_joined[column] ?? _bytes).AsSpan(start, length);
        switch (kind)
        {
            case FeatureKind.Floats:
                for (int i = 0; i < count; i++)
                {
                    numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                }

                return true;
            case FeatureKind.Integers:
                int at = 0;
                for (int i = 0; i < count; i++)
                {
                    numbers[i] = (long)Varint(bytes, ref at);
                }

                return true;
            default:
                if (IsText(bytes))
                {
                    return false;
                }

                for (int i = 0; i < bytes.Length; i++)
                {
                    numbers[i] = bytes[i];
                }

                return true;
        }
    }

    public override ReadOnlySpan<byte> Text(int column)
    {
        (int start, int length, FeatureKind kind, int count) = _found[column];
        if (kind == FeatureKind.Bytes || count == 0)
        {
            return _bytes.AsSpan(start, length);
        }

        double[] numbers = new double[count];
        TryNumbers(column, numbers);
        _text = Encoding.UTF8.GetBytes(string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        return _text;
    }

    // One printable word, as names of classes are.
    private static bool IsText(ReadOnlySpan<byte> bytes) => bytes.Length <= 256 && bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private static void Each(ReadOnlySpan<byte> message, FeatureAction action)
    {
        ProtoReader example = new(message, 0);
        while (example.Next())
        {
            if (example.Tag != ProtoReader.Tags.Bytes1)
            {
                example.Skip();
                continue;
            }

            ProtoReader features = example.ReadMessage();
            while (features.Next())
            {
                if (features.Tag != ProtoReader.Tags.Bytes1)
                {
                    features.Skip();
                    continue;
                }

                ProtoReader entry = features.ReadMessage();
                ReadOnlySpan<byte> name = [], feature = [];
                while (entry.Next())
                {
                    switch (entry.Tag)
                    {
                        case ProtoReader.Tags.Bytes1:
                            name = entry.ReadBytes();
                            break;
                        case ProtoReader.Tags.Bytes2:
                            feature = entry.ReadBytes();
                            break;
                        default:
                            entry.Skip();
                            break;
                    }
                }

                action(name, feature);
            }
        }
    }

    private void Note(ReadOnlySpan<byte> name, ReadOnlySpan<byte> feature)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                _found[i] = Find(i, feature);
                return;
            }
        }
    }

    // Values stand packed in one field as a rule; those that stand one by one, as protocol buffers wrote them before, are put together first.
    private (int Start, int Length, FeatureKind Kind, int Count) Find(int column, ReadOnlySpan<byte> feature)
    {
        _joined[column] = null;
        ProtoReader reader = new(feature, 0);
        if (!reader.Next())
        {
            return default;
        }

        FeatureKind kind = reader.Tag switch
        {
            ProtoReader.Tags.Bytes1 => FeatureKind.Bytes,
            ProtoReader.Tags.Bytes2 => FeatureKind.Floats,
            ProtoReader.Tags.Bytes3 => FeatureKind.Integers,
            _ => throw ModelFileException.At(reader.Position, "a list of bytes, float or int64", $"tag {reader.Tag}"),
        };
        ProtoReader list = reader.ReadMessage(), again = list;
        ReadOnlySpan<byte> values = [];
        int parts = 0;
        bool isPacked = true;
        while (list.Next())
        {
            parts++;
            if (list.Tag == ProtoReader.Tags.Bytes1)
            {
                values = list.ReadBytes();
            }
            else
            {
                isPacked = false;
                list.Skip();
            }
        }

        if (parts > 1 && kind == FeatureKind.Bytes)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, null, $"a feature has {parts} texts; one is read.");
        }

        if (parts > 1 || !isPacked)
        {
            values = _joined[column] = Join(again, kind);
        }

        int count = kind switch
        {
            FeatureKind.Floats => values.Length % 4 == 0 ? values.Length / 4 : throw ModelFileException.At(0, "floats of four bytes", $"{values.Length} bytes"),
            FeatureKind.Integers => Varints(values),
            _ => values.Length > 0 ? 1 : 0,
        };
        return (_joined[column] is null ? Place(values) : 0, values.Length, kind, count);
    }

    // As they would stand packed.
    private static byte[] Join(ProtoReader list, FeatureKind kind)
    {
        ByteWriter joined = new();
        while (list.Next())
        {
            switch (list.Tag)
            {
                case ProtoReader.Tags.Bytes1 when kind != FeatureKind.Bytes:
                    joined.Write(list.ReadBytes());
                    break;
                case ProtoReader.Tags.Fixed1 when kind == FeatureKind.Floats:
                    joined.WriteUInt32(list.ReadFixed32());
                    break;
                case ProtoReader.Tags.Varint1 when kind == FeatureKind.Integers:
                    joined.WriteVarint(list.ReadVarint());
                    break;
                default:
                    throw ModelFileException.At(list.Position, "values of the feature's list", $"tag {list.Tag}");
            }
        }

        return joined.Written.ToArray();
    }

    private int Place(ReadOnlySpan<byte> part) => part.IsEmpty ? 0
        : (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(_bytes), ref MemoryMarshal.GetReference(part));

    // Each ends with a byte below 128, and has ten bytes at most.
    private static int Varints(ReadOnlySpan<byte> bytes)
    {
        int count = 0, run = 0;
        foreach (byte next in bytes)
        {
            run++;
            if (next < 0x80)
            {
                (count, run) = (count + 1, 0);
            }
            else if (run == 10)
            {
                throw ModelFileException.At(0, "a number of up to ten bytes", "a longer one");
            }
        }

        return run == 0 ? count : throw ModelFileException.At(0, "a whole number", "the end");
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
