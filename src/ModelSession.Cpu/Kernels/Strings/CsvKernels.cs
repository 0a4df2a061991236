using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Lines of comma-separated values as one tensor a column.</summary>
internal static class CsvKernels
{
    public static void Register(KernelTable table) => table.Add("DecodeCSV", Decode);

    private static Kernel Decode(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<DType> types = node.DTypeList("OUT_TYPE");
        string delimiter = node.String("field_delim");
        long[] chosen = [.. node.Ints("select_cols")];
        byte[] missing = node.Attributes["na_value"].S.ToByteArray();
        if (delimiter.Length != 1 || (chosen.Length > 0 && chosen.Length != types.Count))
        {
            throw new EngineException(StatusCode.InvalidArgument, "field_delim should be only 1 char, and select_cols should match output size", node.Name);
        }

        CsvLine line = new((byte)delimiter[0], node.Bool("use_quote_delim"), chosen);
        return context =>
        {
            Value records = context.Input(0);
            for (int i = 0; i < types.Count; i++)
            {
                if (context.Input(1 + i) is not { Rank: < 2, LongCount: < 2 })
                {
                    throw Failure.Invalid($"There should only be 1 default per field but field {i} has {context.Input(1 + i).LongCount}");
                }

                context.Allocate(i, records.Dimensions);
            }

            for (int row = 0; row < records.Count; row++)
            {
                Interruption.Check();
                List<byte[]> fields = line.Split(Text.At(records, row));
                if (fields.Count != types.Count)
                {
                    throw Failure.Invalid($"Expect {types.Count} fields but have {fields.Count} in record {row}");
                }

                for (int i = 0; i < fields.Count; i++)
                {
                    bool isMissing = fields[i].Length == 0 || fields[i].AsSpan().SequenceEqual(missing);
                    Store(context, i, row, isMissing ? null : fields[i]);
                }
            }
        };
    }

    private static void Store(KernelContext context, int field, int row, byte[]? text)
    {
        Value target = context.Output(field), fallback = context.Input(1 + field);
        if (text is null && fallback.LongCount == 0)
        {
            throw Failure.Invalid($"Field {field} is required but missing in record {row}!");
        }

        switch (target.DType)
        {
            case DType.String: target.Objects[row] = text ?? fallback.Objects[0]; break;
            case DType.Float32: Number<float>(); break;
            case DType.Float64: Number<double>(); break;
            case DType.Int32: Number<int>(); break;
            default: Number<long>(); break;
        }

        void Number<T>()
            where T : unmanaged, System.Numerics.INumber<T> => target.Span<T>()[row] = text is null
                ? fallback.Span<T>()[0]
                : NumberKernels.Parse<T>(text) ?? throw Failure.Invalid($"Field {field} in record {row} is not a valid {target.DType.Name()}: {Text.Show(text)}");
    }
}
