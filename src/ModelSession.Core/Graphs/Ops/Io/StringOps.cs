namespace ModelSessions.Graphs.Ops;

/// <summary>Strings taken apart, put together and read.</summary>
internal static class StringOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("DecodeCSV", CsvShape);
        ops.Define("DecodeCompressed", Shapes.SameAsInput);
        ops.Define("DecodeJSONExample", Shapes.SameAsInput);
        ops.DefineStop("DecodePaddedRaw", RawShape);
        ops.DefineStop("DecodeRaw", RawShape);
        ops.Define("Fingerprint", c => c.Output(0, [c.InputAtLeast(0, 1) is { HasRank: true } data ? data[0] : -1, 8]));
        ops.DefineStop("ParseTensor", null);
        ops.DefineStop("ReduceJoin", ReductionOps.ReductionShape);
        ops.DefineStop("SerializeTensor", Shapes.Scalar);
        ops.Define("StringFormat", Shapes.Scalar);
        ops.DefineStop("StringJoin", JoinShape);
        ops.Define("StringNGrams", c =>
        {
            c.Output(0, [-1]);
            c.Output(1, c.Input(1, 1));
        });
        ops.Define("Substr", Shapes.Broadcast);
        ops.DefineStop("TensorSummaryV2", Shapes.Scalar);
        ops.Define("UnicodeDecode", DecodeShape);
        ops.Define("UnicodeDecodeWithOffsets", DecodeShape);
        ops.Define("UnicodeEncode", c => c.Output(0, [c.Input(1, 1)[0] is > 0 and var splits ? splits - 1 : -1]));
        ops.Define("UnicodeScript", Shapes.SameAsInput);
        ops.Define("UnicodeTranscode", Shapes.SameAsInput);
        ops.Define("UnsortedSegmentJoin", SegmentOps.UnsortedShape);
    }

    // Where each string's characters begin, and where the last one's end.
    private static void DecodeShape(ShapeContext c)
    {
        c.Outputs([-1]);
        c.Output(0, [c.Input(0).IsFullyDefined ? c.Input(0).ElementCount + 1 : -1]);
    }

    private static void CsvShape(ShapeContext c) => c.Outputs(c.Input(0));

    // How long the strings are, and so how many numbers they hold, is not known.
    private static void RawShape(ShapeContext c)
    {
        if (c.InputCount > 1 && c.TryScalar(1, out long fixedLength) && fixedLength < 0)
        {
            throw c.Error($"the length {fixedLength} of each string must not be negative.");
        }

        long count = c.InputCount > 1 && c.TryScalar(1, out long length) ? c.Divide(length, c.Operation.DType("out_type").Size()) : -1;
        c.Output(0, Shapes.Concat(c.Input(0), [count]));
    }

    // Scalars go with any shape.
    private static void JoinShape(ShapeContext c)
    {
        Shape result = Shape.Scalar;
        for (int i = 0; i < c.InputCount; i++)
        {
            Shape input = c.Input(i);
            if (!input.HasRank)
            {
                c.Output(0, Shape.Unknown);
                return;
            }

            result = input.Rank == 0 ? result : result.Rank == 0 ? input : c.Merge(result, input);
        }

        c.Output(0, result);
    }
}
