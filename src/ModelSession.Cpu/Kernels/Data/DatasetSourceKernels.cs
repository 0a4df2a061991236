using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Datasets that begin with something else than a dataset: tensors, numbers, files.</summary>
internal static class DatasetSourceKernels
{
    public static void Register(KernelTable table)
    {
        table.AddBoth("CSVDataset", CsvDataset.Of);
        table.AddDataset("CSVDatasetV2", CsvDataset.Of);
        table.AddDataset("FixedLengthRecordDataset", FixedLengthRecords);
        table.AddDataset("FixedLengthRecordDatasetV2", FixedLengthRecords);
        table.AddDataset("ListDataset", a => new TensorDataset([.. a.Tensors("tensors").Select(tensor => (Tensor[])[tensor])], a.Types, a.Shapes));
        table.AddBoth("MatchingFilesDataset", a => new MatchingFilesDataset(a.Texts("patterns")));
        table.AddBoth("RandomDataset", Random);
        table.AddDataset("RandomDatasetV2", Random);
        table.AddDataset("RangeDataset", a => new RangeDataset(a.Int("start"), a.Int("stop"), a.Int("step"), a.Types));
        table.AddDataset("SparseTensorSliceDataset", SparseTensorSliceDataset.Of);
        table.AddDataset("TFRecordDataset", TFRecords);
        table.AddDataset("TFRecordDatasetV2", TFRecords);
        table.AddDataset("TensorDataset", a => TensorDataset.Single(a.Tensors("components")));
        table.AddDataset("TensorSliceDataset", a => new TensorSliceDataset(a.Tensors("components")));
        table.AddDataset("TextLineDataset", TextLines);
    }

    private static RandomDataset Random(DatasetArguments a)
    {
        bool renews = a.Has("seed_generator") && a.Node.Bool("rerandomize_each_iteration");
        return new RandomDataset(SeedKernels.Seeds(a, renews), a.Types, a.Shapes);
    }

    private static FilesDataset TextLines(DatasetArguments a)
    {
        FileGate gate = a.Context.Session.Files;
        string[] files = a.Texts("filenames");
        TFRecordCompression compression = RecordFiles.Compression(a.Text("compression_type"));
        CheckBuffer(a);
        return new FilesDataset(files, leavesDamaged: false, i => new LineRecords(RecordFiles.Unpack(gate.Open(files[i]), compression)));
    }

    private static FilesDataset TFRecords(DatasetArguments a)
    {
        FileGate gate = a.Context.Session.Files;
        string[] files = a.Texts("filenames");
        long[] offsets = a.Has("byte_offsets") ? a.Ints("byte_offsets") : [];
        TFRecordCompression compression = RecordFiles.Compression(a.Text("compression_type"));
        CheckBuffer(a);
        if (offsets.Length > 0 && offsets.Length != files.Length)
        {
            throw Failure.Invalid($"The number of `byte_offsets` ({offsets.Length}) must be that of the `filenames` ({files.Length}).");
        }

        return new FilesDataset(
            files, leavesDamaged: true, i => new FrameRecords(TFRecordReader.Open(gate.Check(files[i]), compression), offsets.Length > 0 ? offsets[i] : 0));
    }

    private static FilesDataset FixedLengthRecords(DatasetArguments a)
    {
        FileGate gate = a.Context.Session.Files;
        string[] files = a.Texts("filenames");
        TFRecordCompression compression = RecordFiles.Compression(a.Has("compression_type") ? a.Text("compression_type") : "");
        long header = NotNegative(a, "header_bytes"), length = a.Positive("record_bytes", "record_bytes"), footer = NotNegative(a, "footer_bytes");
        CheckBuffer(a);
        if (length > System.Array.MaxLength || footer > System.Array.MaxLength)
        {
            throw new EngineException(StatusCode.ResourceExhausted, $"A record of {length:n0} bytes, or a footer of {footer:n0}, is larger than any array.");
        }

        return new FilesDataset(
            files, leavesDamaged: true, i => FixedRecords.Open(gate.Open(files[i]), compression, new FixedLayout(header, (int)length, (int)footer), files[i]));
    }

    private static void CheckBuffer(DatasetArguments a) => NotNegative(a, "buffer_size");

    private static long NotNegative(DatasetArguments a, string name) => a.Int(name) is >= 0 and long value
        ? value
        : throw Failure.Invalid($"`{name}` must be >= 0.");
}
