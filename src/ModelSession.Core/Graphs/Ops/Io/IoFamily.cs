namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in io_ops.cc, logging_ops.cc and string_ops.cc: files, reports, texts.</summary>
internal static class IoFamily
{
    public static void Define(OpTable ops)
    {
        ReaderOps.Define(ops);
        StringOps.Define(ops);
        RestoreOps.Define(ops);
        ops.Define("AsString", Shapes.SameAsInput);
        ops.Define("AudioSummaryV2", Shapes.Scalar);
        ops.Define("DecodeBase64", Shapes.SameAsInput);
        ops.Define("EncodeBase64", Shapes.SameAsInput);
        ops.Define("HistogramSummary", Shapes.Scalar);
        ops.Define("ImageSummary", Shapes.Scalar);
        ops.Define("MergeSummary", Shapes.Scalar);
        ops.Define("Print", Shapes.SameAsInput, (g, op, dy) => [dy[0], .. op.Inputs.Skip(1).Select(_ => (GraphTensor?)null)]);
        ops.Define("RegexFullMatch", Shapes.SameAsInput);
        ops.Define("RegexReplace", Shapes.SameAsInput);
        ops.Define("ScalarSummary", Shapes.Scalar);
        ops.Define("ShardedFilename", Shapes.Scalar);
        ops.Define("ShardedFilespec", Shapes.Scalar);
        ops.Define("StaticRegexFullMatch", Shapes.SameAsInput);
        ops.Define("StaticRegexReplace", Shapes.SameAsInput);
        ops.Define("StringLength", Shapes.SameAsInput);
        ops.Define("StringLower", Shapes.SameAsInput);
        ops.Define("StringSplit", SparseVectorShape);
        ops.Define("StringSplitV2", SparseVectorShape);
        ops.Define("StringStrip", Shapes.SameAsInput);
        ops.Define("StringToHashBucket", Shapes.SameAsInput);
        ops.Define("StringToHashBucketFast", Shapes.SameAsInput);
        ops.Define("StringToHashBucketStrong", Shapes.SameAsInput);
        ops.Define("StringToNumber", Shapes.SameAsInput);
        ops.Define("StringUpper", Shapes.SameAsInput);
    }

    // The parts of a sparse matrix: places, values, shape.
    private static void SparseVectorShape(ShapeContext c)
    {
        c.Output(0, [-1, 2]);
        c.Output(1, [-1]);
        c.Output(2, [2]);
    }
}
