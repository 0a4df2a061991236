namespace ModelSessions.Graphs.Ops;

/// <summary>Handles of readers, and what is told of them.</summary>
internal static class HandleOps
{
    private static readonly string[] s_scalars =
    [
        "AccumulatorNumAccumulated", "FixedLengthRecordReaderV2", "IdentityReaderV2", "ReaderNumRecordsProducedV2", "ReaderRead", "ReaderReadV2",
        "TFRecordReaderV2", "TextLineReaderV2", "WholeFileReaderV2",
    ];

    public static void Define(OpTable ops)
    {
        foreach (string type in s_scalars)
        {
            ops.Define(type, Shapes.Scalar);
        }
    }
}
