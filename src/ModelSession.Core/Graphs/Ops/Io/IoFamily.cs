namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in io_ops.cc, logging_ops.cc and string_ops.cc: files, reports, texts.</summary>
internal static class IoFamily
{
    public static void Define(OpTable ops)
    {
        ops.Define("AsString", Shapes.SameAsInput);
        ops.Define("HistogramSummary", Shapes.Scalar);
        ops.Define("ImageSummary", Shapes.Scalar);
        ops.Define("MergeSummary", Shapes.Scalar);
        ops.Define("ReadFile", Shapes.Scalar);
        ops.Define("ScalarSummary", Shapes.Scalar);
        ops.Define("ShardedFilename", Shapes.Scalar);
        ops.Define("ShardedFilespec", Shapes.Scalar);
        ops.Define("StringToNumber", Shapes.SameAsInput);
    }
}
