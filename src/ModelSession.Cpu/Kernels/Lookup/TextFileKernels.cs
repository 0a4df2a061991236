using System.Buffers.Text;
using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Lookup;

/// <summary>Tables filled from text files: keys and values are columns, whole lines, or line numbers.</summary>
internal static class TextFileKernels
{
    private const long WholeLine = -2;
    private const long LineNumber = -1;

    public static void Register(KernelTable table)
    {
        table.Add("InitializeTableFromTextFile", Initialize);
        table.Add("InitializeTableFromTextFileV2", Initialize);
    }

    private static Kernel Initialize(GraphOperation node, CpuSession session)
    {
        long keyIndex = node.Int("key_index"), valueIndex = node.Int("value_index"), count = node.Int("vocab_size"), offset = node.Int("offset");
        byte[] delimiter = Encoding.UTF8.GetBytes(node.String("delimiter"));
        return context =>
        {
            Table table = TableKernels.Get(context);
            string path = context.Input(1) is { LongCount: 1 } name && name.Objects[0] is byte[] bytes
                ? Encoding.UTF8.GetString(bytes)
                : throw Failure.Invalid($"filename should be a single string, but got {context.Input(1).Shape}");
            List<byte[]> lines = ReadLines(session.Files.Read(path), count);
            if (lines.Count == 0)
            {
                // As TensorFlow's reader says it.
                throw Failure.OutOfRange($"{path} is empty: Read less bytes than requested");
            }

            if (count >= 0 && lines.Count < count)
            {
                throw Failure.Invalid($"Invalid vocab_size in {path}: expected {count} but got {lines.Count}");
            }

            Value keys = Column(table.Type.Key, lines, keyIndex, delimiter, offset), values = Column(table.Type.Value, lines, valueIndex, delimiter, offset);
            table.Fill(keys, values);
        };
    }

    // TensorFlow drops every carriage return; a file without an end of line at its end has its last line all the same.
    private static List<byte[]> ReadLines(byte[] text, long limit)
    {
        List<byte[]> lines = [];
        for (int at = 0; at < text.Length && (limit < 0 || lines.Count < limit);)
        {
            int length = text.AsSpan(at).IndexOf((byte)'\n');
            length = length < 0 ? text.Length - at : length;
            lines.Add([.. text.AsSpan(at, length).ToArray().Where(letter => letter != '\r')]);
            at += length + 1;
        }

        return lines;
    }

    private static Value Column(DType dtype, List<byte[]> lines, long index, byte[] delimiter, long offset)
    {
        Value column = new(dtype);
        column.Borrow(Tensor.Zeros(dtype, [lines.Count]));
        for (int i = 0; i < lines.Count; i++)
        {
            if (index == LineNumber)
            {
                Array.ShapeKernels.WriteInteger(column, i, i + offset);
            }
            else
            {
                Parse(column, i, index == WholeLine ? lines[i] : Field(lines[i], i, index, delimiter));
            }
        }

        return column;
    }

    private static byte[] Field(byte[] line, int number, long index, byte[] delimiter)
    {
        ReadOnlySpan<byte> rest = line;
        for (long i = 0; ; i++)
        {
            int length = rest.IndexOf(delimiter);
            if (i == index)
            {
                return (length < 0 ? rest : rest[..length]).ToArray();
            }

            rest = length >= 0 ? rest[(length + delimiter.Length)..]
                : throw Failure.Invalid($"Invalid number of columns in line {number}: expected {index + 1} at least, got {i + 1}");
        }
    }

    private static void Parse(Value column, int i, byte[] text)
    {
        bool valid;
        switch (column.DType)
        {
            case DType.String:
                column.Objects[i] = text;
                return;
            case DType.Int32:
                valid = Utf8Parser.TryParse(text, out int whole, out int used) && used == text.Length;
                column.Span<int>()[i] = whole;
                break;
            case DType.Int64:
                valid = Utf8Parser.TryParse(text, out long wide, out used) && used == text.Length;
                column.Span<long>()[i] = wide;
                break;
            case DType.Float32:
                valid = Utf8Parser.TryParse(text, out float real, out used) && used == text.Length;
                column.Span<float>()[i] = real;
                break;
            case DType.Float64:
                valid = Utf8Parser.TryParse(text, out double number, out used) && used == text.Length;
                column.Span<double>()[i] = number;
                break;
            default:
                throw Failure.Invalid($"Data type {column.DType.Name()} not supported.");
        }

        if (!valid)
        {
            throw Failure.Invalid($"Field '{Encoding.UTF8.GetString(text)}' in line {i} is not a valid {column.DType.Name()}.");
        }
    }
}
