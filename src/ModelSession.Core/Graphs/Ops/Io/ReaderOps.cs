namespace ModelSessions.Graphs.Ops;

/// <summary>Readers of files, and whole files.</summary>
internal static class ReaderOps
{
    public static void Define(OpTable ops)
    {
        foreach (string kind in (string[])["FixedLengthRecordReader", "IdentityReader", "LMDBReader", "TFRecordReader", "TextLineReader", "WholeFileReader"])
        {
            // Of old, a handle was two strings: container and name.
            ops.DefineStop(kind, c => c.Output(0, [2]));
            if (kind != "LMDBReader")
            {
                ops.DefineStop(kind + "V2", Shapes.Scalar);
            }
        }

        foreach (string version in (string[])["", "V2"])
        {
            ops.DefineStop("ReaderNumRecordsProduced" + version, Shapes.Scalar);
            ops.DefineStop("ReaderNumWorkUnitsCompleted" + version, Shapes.Scalar);
            ops.DefineStop("ReaderRead" + version, Shapes.Scalar);
            ops.DefineStop("ReaderReadUpTo" + version, Shapes.UnknownVector);
            ops.DefineStop("ReaderReset" + version, shape: null);
            ops.DefineStop("ReaderRestoreState" + version, c => c.Input(1, 0));
            ops.DefineStop("ReaderSerializeState" + version, Shapes.Scalar);
        }

        ops.DefineStop("MatchingFiles", MatchingShape);
        ops.DefineStop("ReadFile", OneNameShape);
        ops.DefineStop("WriteFile", c => c.Input(0, 0));
    }

    private static void MatchingShape(ShapeContext c)
    {
        if (c.Input(0).Rank > 1)
        {
            throw c.Error($"patterns must be a scalar or a vector, not of shape {c.Input(0)}.");
        }

        c.Output(0, [-1]);
    }

    private static void OneNameShape(ShapeContext c)
    {
        c.Input(0, 0);
        c.Output(0, Shape.Scalar);
    }
}
