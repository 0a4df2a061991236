namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in random_ops.cc: what they draw does not depend smoothly on anything.</summary>
internal static class RandomFamily
{
    public static void Define(OpTable ops)
    {
        foreach (string sampler in (string[])["AllCandidateSampler", "FixedUnigramCandidateSampler", "LearnedUnigramCandidateSampler", "LogUniformCandidateSampler", "ThreadUnsafeUnigramCandidateSampler", "UniformCandidateSampler"])
        {
            ops.DefineStop(sampler, CandidateShape);
        }

        ops.Define("Multinomial", c => c.Output(0, [c.Input(0, 2)[0], c.TryScalar(1, out long count) ? count : -1]));
        ops.DefineStop("ParameterizedTruncatedNormal", Shapes.FromFirstValue);
        ops.DefineStop("RandomShuffle", Shapes.SameAsInput);
        ops.DefineStop("RandomStandardNormal", Shapes.FromFirstValue);
        ops.DefineStop("RandomUniform", Shapes.FromFirstValue);
        ops.DefineStop("RandomUniformInt", Shapes.FromFirstValue);
        ops.DefineStop("StatelessRandomNormal", Shapes.FromFirstValue);
        ops.DefineStop("StatelessRandomUniform", Shapes.FromFirstValue);
        ops.DefineStop("StatelessRandomUniformFullInt", Shapes.FromFirstValue);
        ops.DefineStop("StatelessRandomUniformInt", Shapes.FromFirstValue);
        ops.DefineStop("StatelessTruncatedNormal", Shapes.FromFirstValue);
        ops.DefineStop("TruncatedNormal", Shapes.FromFirstValue);
    }

    private static void CandidateShape(ShapeContext c)
    {
        long count = c.Int("num_sampled");
        c.Output(0, [count]);
        c.Output(1, [c.Input(0, 2)[0], c.Int("num_true")]);
        c.Output(2, [count]);
    }
}
