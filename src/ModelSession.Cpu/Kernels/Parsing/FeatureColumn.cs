using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>The values of one feature in all messages of a batch, row after row; grows with the bytes read, whatever they claim.</summary>
internal abstract class FeatureColumn
{
    private readonly List<int> _ends = [];
    private readonly List<int> _examples = [];

    /// <summary>The number of values.</summary>
    public abstract int Count { get; }

    /// <summary>The number of rows: features seen.</summary>
    public int Rows => _ends.Count;

    /// <summary>The most values in a row.</summary>
    public int Longest { get; private set; }

    /// <summary>The most rows in a message.</summary>
    public int MostRows { get; private set; }

    public static FeatureColumn Create(DType dtype) => dtype switch
    {
        DType.Float32 => new Floats(),
        DType.Int64 => new Integers(),
        _ => new Strings(),
    };

    /// <summary>Where a row begins; that of the row after the last is where all end.</summary>
    public int Start(int row) => row == 0 ? 0 : _ends[row - 1];

    public int Length(int row) => _ends[row] - Start(row);

    /// <summary>The first row of a message; that of the message after the last is where all end.</summary>
    public int FirstRow(int example) => example == 0 ? 0 : _examples[example - 1];

    public void EndRow()
    {
        _ends.Add(Count);
        Longest = System.Math.Max(Longest, Length(Rows - 1));
    }

    public void EndExample()
    {
        int first = FirstRow(_examples.Count);
        _examples.Add(Rows);
        MostRows = System.Math.Max(MostRows, Rows - first);
    }

    /// <summary>Appends the values of a list message.</summary>
    /// <exception cref="ModelFileException">It is damaged.</exception>
    public abstract void Read(ProtoReader list);

    /// <summary>Copies values to a place in a tensor.</summary>
    public abstract void CopyTo(Value target, int start, int count, int at);

    /// <summary>Fills a place in a tensor by repeating another, or with zeros or empty strings if there is none.</summary>
    public abstract void Fill(Value target, int at, int count, Value? pattern);

    private static ModelFileException Stray(ProtoReader list) => ModelFileException.At(list.Position, "a list of values", $"a field with the tag {list.Tag}");

    private abstract class Column<T, TElement> : FeatureColumn
        where T : TElement
    {
        public override int Count => Items.Count;

        protected List<T> Items { get; } = [];

        public override void CopyTo(Value target, int start, int count, int at)
        {
            Span<TElement> to = target.Elements<TElement>().Slice(at, count);
            ReadOnlySpan<T> from = CollectionsMarshal.AsSpan(Items).Slice(start, count);
            for (int i = 0; i < from.Length; i++)
            {
                to[i] = from[i];
            }
        }

        public override void Fill(Value target, int at, int count, Value? pattern)
        {
            Span<TElement> to = target.Elements<TElement>().Slice(at, count);
            if (pattern is not { Count: > 0 })
            {
                to.Clear();
                return;
            }

            ReadOnlySpan<TElement> from = pattern.Elements<TElement>();
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = from[i % from.Length];
            }
        }
    }

    // As in TensorFlow: what stands first says whether the list is packed, and it is packed in one piece.
    private sealed class Floats : Column<float, float>
    {
        public override void Read(ProtoReader list)
        {
            while (list.Next())
            {
                switch (list.Tag)
                {
                    case ProtoReader.Tags.Fixed1:
                        Items.Add(BitConverter.UInt32BitsToSingle(list.ReadFixed32()));
                        break;
                    case ProtoReader.Tags.Bytes1 when Count == Start(Rows):
                        ReadPacked(list.ReadBytes());
                        return;
                    default:
                        throw Stray(list);
                }
            }
        }

        private void ReadPacked(ReadOnlySpan<byte> packed)
        {
            for (; packed.Length >= sizeof(float); packed = packed[sizeof(float)..])
            {
                Items.Add(BinaryPrimitives.ReadSingleLittleEndian(packed));
            }

            if (!packed.IsEmpty)
            {
                throw ModelFileException.At(0, "floats of four bytes", $"{packed.Length} bytes more");
            }
        }
    }

    private sealed class Integers : Column<long, long>
    {
        public override void Read(ProtoReader list)
        {
            while (list.Next())
            {
                switch (list.Tag)
                {
                    case ProtoReader.Tags.Varint1:
                        Items.Add((long)list.ReadVarint());
                        break;
                    case ProtoReader.Tags.Bytes1 when Count == Start(Rows):
                        ReadPacked(new ByteReader(list.ReadBytes(), 0));
                        return;
                    default:
                        throw Stray(list);
                }
            }
        }

        private void ReadPacked(ByteReader packed)
        {
            while (packed.Left > 0)
            {
                Items.Add((long)packed.ReadVarint("an integer"));
            }
        }
    }

    private sealed class Strings : Column<byte[], object?>
    {
        public override void Read(ProtoReader list)
        {
            while (list.Next())
            {
                Items.Add(list.Tag == ProtoReader.Tags.Bytes1 ? list.ReadBytes().ToArray() : throw Stray(list));
            }
        }
    }
}
