namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in random_ops.cc, stateless_random_ops.cc, stateful_random_ops.cc and candidate_sampling_ops.cc.
/// What most of them draw does not depend smoothly on anything.</summary>
internal static class RandomFamily
{
    private static readonly string[] s_ofFirstValue =
    [
        "RandomStandardNormal", "RandomUniform", "RandomUniformInt", "TruncatedNormal",
        "StatelessRandomNormal", "StatelessRandomUniform", "StatelessRandomUniformFullInt", "StatelessRandomUniformInt", "StatelessTruncatedNormal",
    ];

    private static readonly string[] s_ofFirstValueWithoutStop =
    [
        "NonDeterministicInts", "StatelessRandomBinomial", "StatelessRandomNormalV2", "StatelessRandomPoisson", "StatelessRandomUniformFullIntV2",
        "StatelessRandomUniformIntV2", "StatelessRandomUniformV2", "StatelessTruncatedNormalV2",
    ];

    private static readonly string[] s_ofGenerator =
    [
        "StatefulStandardNormalV2", "StatefulTruncatedNormal", "StatefulUniform", "StatefulUniformFullInt", "StatefulUniformInt",
    ];

    public static void Define(OpTable ops)
    {
        Array.ForEach(s_ofFirstValue, type => ops.DefineStop(type, Shapes.FromFirstValue));
        Array.ForEach(s_ofFirstValueWithoutStop, type => ops.Define(type, Shapes.FromFirstValue));
        Array.ForEach(s_ofGenerator, type => ops.Define(type, c => c.Output(0, c.ShapeFrom(2))));
        ops.Define("Multinomial", MultinomialShape);
        ops.DefineStop("StatelessMultinomial", MultinomialShape);
        ops.DefineStop("ParameterizedTruncatedNormal", Shapes.FromFirstValue);
        ops.Define("RandomIndexShuffle", IndexShape);
        ops.Define("RandomPoisson", WithParameters);
        ops.Define("RandomPoissonV2", WithParameters);
        ops.DefineStop("RandomShuffle", Shapes.SameAsInput);
        ops.Define("RngReadAndSkip", c => c.Output(0, [3]));
        ops.Define("RngSkip", null);
        ops.Define("StatefulRandomBinomial", c => c.Output(0, c.ShapeFrom(2)));
        ops.Define("StatefulStandardNormal", c => c.Output(0, c.ShapeFrom(1)));
        ops.Define("StatelessRandomGetAlg", Shapes.Scalar);
        ops.Define("StatelessRandomGetKeyCounter", KeyCounterShape);
        ops.Define("StatelessRandomGetKeyCounterAlg", KeyCounterShape);
        ops.Define("StatelessShuffle", Shapes.SameAsInput);
        CandidateOps.Define(ops);
        GammaOps.Define(ops);
        TruncatedNormalOps.Define(ops);
    }

    /// <summary>The shape that input 0 says, and then that of input 1.</summary>
    public static void WithParameters(ShapeContext c) => c.Output(0, Shapes.Concat(c.ShapeFrom(0), c.Input(1)));

    private static void MultinomialShape(ShapeContext c)
    {
        _ = c.Input(1, 0);
        c.Output(0, [c.Input(0, 2)[0], c.TryScalar(1, out long count) && count >= 0 ? count : -1]);
    }

    private static void IndexShape(ShapeContext c)
    {
        (Shape index, Shape seed, Shape largest) = (c.Input(0), c.Input(1), c.Input(2));
        if (!index.HasRank || !seed.HasRank || !largest.HasRank)
        {
            return;
        }

        if (index.Rank > 1 || largest.Rank > 1 || seed.Rank is < 1 or > 2)
        {
            throw c.Error($"index {index} and max_index {largest} must be scalars or vectors, seed {seed} a vector or a matrix.");
        }

        bool scalars = index.Rank == 0 && largest.Rank == 0 && seed.Rank == 1;
        long count = index.Rank == 1 ? index[0] : -1;
        count = largest.Rank == 1 ? MergeRows(c, count, largest[0]) : count;
        c.Output(0, scalars ? Shape.Scalar : [seed.Rank == 2 ? MergeRows(c, count, seed[0]) : count]);
    }

    // One row goes with any number of them.
    private static long MergeRows(ShapeContext c, long x, long y) => y == 1 || x == 1 ? x : c.MergeSize(x, y);

    private static void KeyCounterShape(ShapeContext c)
    {
        c.Output(0, [1]);
        c.Output(1, [2]);
        if (c.OutputCount > 2)
        {
            c.Output(2, Shape.Scalar);
        }
    }
}
