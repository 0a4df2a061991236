namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in parsing_ops.cc for messages of features: tf.train.Example and its like.</summary>
internal static class ParsingFamily
{
    public static void Define(OpTable ops)
    {
        ExampleOps.Define(ops);
        SequenceExampleOps.Define(ops);
    }
}
