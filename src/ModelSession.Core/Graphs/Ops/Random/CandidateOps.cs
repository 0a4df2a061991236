namespace ModelSessions.Graphs.Ops;

/// <summary>Candidates for sampled losses.</summary>
internal static class CandidateOps
{
    private static readonly string[] s_samplers =
    [
        "AllCandidateSampler", "FixedUnigramCandidateSampler", "LearnedUnigramCandidateSampler", "LogUniformCandidateSampler",
        "ThreadUnsafeUnigramCandidateSampler", "UniformCandidateSampler",
    ];

    public static void Define(OpTable ops)
    {
        Array.ForEach(s_samplers, sampler => ops.DefineStop(sampler, CandidateShape));
        ops.DefineStop("ComputeAccidentalHits", HitsShape);
    }

    private static void CandidateShape(ShapeContext c)
    {
        long count = c.Int("num_sampled");
        c.Output(0, [count]);
        c.Output(1, [c.Input(0, 2)[0], c.Int("num_true")]);
        c.Output(2, [count]);
    }

    private static void HitsShape(ShapeContext c)
    {
        c.MergeSize(c.Input(0, 2)[1], c.Int("num_true"));
        c.Input(1, 1);
        c.Outputs([-1]);
    }
}
