using System.Numerics;
using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What a dataset of comma-separated values says of its files.</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quotes">Whether quotes mean anything.</param>
/// <param name="Missing">Stands, as nothing does, for the default.</param>
/// <param name="HasHeader">Whether the first record of a file is none.</param>
/// <param name="Takes">Whether a column is taken, by its number.</param>
/// <param name="Defaults">A default for each column that is taken; without elements where there must be a value.</param>
internal sealed record CsvLayout(byte Delimiter, bool Quotes, byte[] Missing, bool HasHeader, Func<long, bool> Takes, Tensor[] Defaults);

/// <summary>Records of comma-separated values, one scalar a column.</summary>
internal sealed class CsvDataset(int files, Func<int, Stream> open, CsvLayout layout, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    /// <summary>The dataset that a node asks for.</summary>
    /// <exception cref="EngineException">What it is given contradicts.</exception>
    public static CsvDataset Of(DatasetArguments a)
    {
        FileGate gate = a.Context.Session.Files;
        string[] files = a.Texts("filenames");
        TFRecordCompression compression = RecordFiles.Compression(a.Text("compression_type"));
        byte[] delimiter = Encoding.UTF8.GetBytes(a.Text("field_delim"));
        long[] chosen = a.Ints("select_cols"), left = a.Has("exclude_cols") ? a.Ints("exclude_cols") : [];
        Tensor[] defaults = a.Tensors("record_defaults");
        a.Positive("buffer_size", "buffer_size");
        if (delimiter.Length != 1)
        {
            throw Failure.Invalid("field_delim should be only 1 char");
        }

        if (System.Array.FindIndex(defaults, value => value.ElementCount > 1) is >= 0 and int many)
        {
            throw Failure.Invalid($"There should only be 1 default per field but field {many} has {defaults[many].ElementCount}");
        }

        CheckColumns("select_cols", chosen);
        CheckColumns("exclude_cols", left);
        if ((chosen.Length > 0 && chosen.Length != defaults.Length) || (chosen.Length > 0 && left.Length > 0))
        {
            throw Failure.Invalid("select_cols should match output size, and either select_cols or exclude_cols should be empty");
        }

        HashSet<long> taken = [.. chosen], dropped = [.. left];
        CsvLayout layout = new(
            delimiter[0],
            a.Bool("use_quote_delim"),
            Encoding.UTF8.GetBytes(a.Text("na_value")),
            a.Bool("header"),
            column => taken.Count == 0 ? !dropped.Contains(column) : taken.Contains(column),
            defaults);
        return new CsvDataset(files.Length, i => RecordFiles.Unpack(gate.Open(files[i]), compression), layout, a.Types, a.Shapes);
    }

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this, files, open, layout, iteration);

    private static void CheckColumns(string name, long[] columns)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] < 0 || (i > 0 && columns[i] <= columns[i - 1]))
            {
                throw Failure.Invalid($"{name} should be non-negative, strictly increasing indices, not [{string.Join(", ", columns)}].");
            }
        }
    }

    private sealed class Iterator(Dataset dataset, int files, Func<int, Stream> open, CsvLayout layout, Iteration iteration) : DatasetIterator
    {
        private CsvRecords? _records;
        private int _next;

        protected override Tensor[]? Produce(KernelContext context)
        {
            for (; _next < files; _next++)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (_records is null)
                {
                    _records = iteration.Keep(RecordFiles.Guard(() => new CsvRecords(open(_next), layout)));
                    if (layout.HasHeader)
                    {
                        RecordFiles.Guard(() => _records.Next(_ => false));
                    }
                }

                if (RecordFiles.Guard(() => _records.Next(layout.Takes)) is { } fields)
                {
                    return Element(fields);
                }

                iteration.Close(_records);
                _records = null;
            }

            return null;
        }

        private Tensor[] Element(List<byte[]> fields)
        {
            Tensor[] element = new Tensor[dataset.Types.Count];
            for (int i = 0; i < fields.Count; i++)
            {
                element[i < element.Length ? i : throw Failure.Invalid($"Expect {element.Length} fields but have more in record")] = Field(fields[i], i);
            }

            return fields.Count == element.Length ? element : throw Failure.Invalid($"Expect {element.Length} fields but have {fields.Count} in record");
        }

        private Tensor Field(byte[] field, int i)
        {
            if (field.Length == 0 || field.AsSpan().SequenceEqual(layout.Missing))
            {
                Tensor value = layout.Defaults[i];
                return value.ElementCount == 1 ? value.Reshape(Shape.Scalar) : throw Failure.Invalid($"Field {i} is required but missing in record!");
            }

            return dataset.Types[i] switch
            {
                DType.String => Elements.Text(field),
                DType.Int32 => Number<int>(field, i),
                DType.Int64 => Number<long>(field, i),
                DType.Float32 => Number<float>(field, i),
                _ => Number<double>(field, i),
            };
        }

        private Tensor Number<T>(byte[] field, int i)
            where T : unmanaged, INumber<T> => Tensor.Scalar(
                NumberKernels.Parse<T>(field) ?? throw Failure.Invalid($"Field {i} in record is not a valid {dataset.Types[i].Name()}: {Text.Show(field)}"));
    }
}
