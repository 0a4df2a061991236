using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Candidates for sampled losses: classes drawn from a distribution, and how often each was to be expected.</summary>
internal static class CandidateKernels
{
    // Words that TensorFlow sets aside for each candidate.
    private const int WordsPerCandidate = 2048;

    // Weights that are learned need memory for each class.
    private const long MostLearned = 1L << 28;

    public static void Register(KernelTable table)
    {
        table.Add("AllCandidateSampler", (node, session) => Sampler(node, session, () => new AllClasses(node.Int("num_sampled"))));
        table.Add("ComputeAccidentalHits", Hits);
        table.Add("FixedUnigramCandidateSampler", (node, session) => Sampler(node, session, () => Fixed(node, session)));
        table.Add("LearnedUnigramCandidateSampler", (node, session) => Sampler(node, session, () => Learned(node)));
        table.Add("LogUniformCandidateSampler", (node, session) => Sampler(node, session, () => new LogUniformClasses(RangeOf(node))));
        table.Add("ThreadUnsafeUnigramCandidateSampler", (node, session) => Sampler(node, session, () => Learned(node)));
        table.Add("UniformCandidateSampler", (node, session) => Sampler(node, session, () => new UniformClasses(RangeOf(node))));
    }

    private static Kernel Sampler(GraphOperation node, CpuSession session, Func<RangeSampler> make)
    {
        Generator generator = session.Generators.Get(node);
        Lazy<RangeSampler> sampler = new(make, LazyThreadSafetyMode.PublicationOnly);
        int trueCount = checked((int)node.Int("num_true")), count = checked((int)node.Int("num_sampled"));
        bool unique = node.Bool("unique");
        return context =>
        {
            lock (generator)
            {
                Draw(context, sampler.Value, generator, trueCount, count, unique);
            }
        };
    }

    private static void Draw(KernelContext context, RangeSampler sampler, Generator generator, int trueCount, int count, bool unique)
    {
        Value trueClasses = context.Input(0);
        if (trueClasses.Rank != 2 || trueClasses.Dimensions[1] != trueCount)
        {
            throw Failure.Invalid($"true_classes must be a matrix of num_true = {trueCount} columns, not of shape {trueClasses.Shape}");
        }

        if (unique && count > sampler.Range)
        {
            throw Failure.Invalid($"Sampler's range is too small: {count} different candidates among {sampler.Range}.");
        }

        ReadOnlySpan<long> seen = trueClasses.Span<long>();
        foreach (long value in seen)
        {
            if (value < 0 || value >= sampler.Range)
            {
                throw Failure.Invalid($"`true_candidate` out of range [0, {sampler.Range}), received {value}");
            }
        }

        Span<long> candidates = context.Allocate(0, [count]).Span<long>();
        Span<float> trueExpected = context.Allocate(1, trueClasses.Dimensions).Span<float>(), expected = context.Allocate(2, [count]).Span<float>();
        PhiloxWords words = new(generator.Take((ulong)count * WordsPerCandidate / 4));
        int tries = sampler.Fill(ref words, unique, candidates, context.Cancel);
        Expect(sampler, seen, count, tries, trueExpected);
        Expect(sampler, candidates, count, tries, expected);
        sampler.Update(seen);
    }

    private static void Expect(RangeSampler sampler, ReadOnlySpan<long> values, int count, int tries, Span<float> expected)
    {
        for (int i = 0; i < values.Length; i++)
        {
            expected[i] = sampler.ExpectedCount(values[i], count, tries);
        }
    }

    private static long RangeOf(GraphOperation node) => node.Int("range_max") is > 0 and var range
        ? range
        : throw Failure.Invalid($"range_max must be positive, not {node.Int("range_max")}");

    private static LearnedClasses Learned(GraphOperation node)
    {
        long range = RangeOf(node);
        return range <= MostLearned
            ? new LearnedClasses(range)
            : throw new EngineException(
                range >= int.MaxValue ? StatusCode.InvalidArgument : StatusCode.ResourceExhausted,
                $"range_max is {range:n0}; learned unigrams are kept for {MostLearned:n0} classes at most.");
    }

    private static WeightedClasses Fixed(GraphOperation node, CpuSession session)
    {
        string file = node.String("vocab_file");
        float[] given = [.. node.Attributes["unigrams"].List?.F ?? []];
        if ((file.Length > 0) == (given.Length > 0))
        {
            throw Failure.Invalid(file.Length > 0 ? "Must only provide one of vocab_file and unigrams." : "Must provide either vocab_file or unigrams.");
        }

        long shards = node.Int("num_shards"), shard = node.Int("shard"), reserved = node.Int("num_reserved_ids"), range = RangeOf(node);
        if (shards < 1 || shard < 0 || shard >= shards || reserved < 0 || reserved > int.MaxValue)
        {
            throw Failure.Invalid($"There is no shard {shard} of {shards}, or not {reserved} reserved ids.");
        }

        IEnumerable<float> weights = (given.Length > 0 ? given : Parse(session.Files.Read(file))).Select(weight => MathF.Pow(weight, node.Float("distortion")));
        float[] own = [.. Enumerable.Repeat(0f, (int)reserved).Concat(weights).Where((_, id) => OfShard(id, reserved, shards, shard))];
        return own.Length == range
            ? new WeightedClasses(own)
            : throw Failure.Invalid($"range is {range} must be equal to weights size {own.Length}");
    }

    // Ids behind the reserved ones count on from those of this shard alone.
    private static bool OfShard(int id, long reserved, long shards, long shard)
    {
        long kept = (reserved + shards - 1 - shard) / shards;
        return (id < reserved ? id : id - reserved + kept) % shards == shard;
    }

    // The last field of a line is the weight.
    private static IEnumerable<float> Parse(byte[] text)
    {
        string all = Encoding.UTF8.GetString(text);
        foreach (string line in (all.EndsWith('\n') ? all[..^1] : all).Split('\n'))
        {
            string field = line.TrimEnd('\r').Split(',')[^1];
            yield return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight)
                ? weight
                : throw Failure.Invalid($"Wrong vocabulary format at line: {line}");
        }
    }

    // True classes that were drawn as candidates: in a loss they must not count as wrong.
    private static void Hits(KernelContext context)
    {
        Value trueClasses = context.Input(0), candidates = context.Input(1);
        long trueCount = context.Node.Int("num_true");
        if (trueClasses.Rank != 2 || trueClasses.Dimensions[1] != trueCount || candidates.Rank != 1)
        {
            throw Failure.Invalid(
                $"true_candidates must be a batch_size * num_true ({trueCount}) matrix, not {trueClasses.Shape}, and sampled_candidates a vector, not {candidates.Shape}");
        }

        Dictionary<long, int> places = [];
        for (int i = 0; i < candidates.Count; i++)
        {
            places[candidates.Span<long>()[i]] = i;
        }

        List<int> rows = [];
        List<long> ids = [];
        for (int i = 0; i < trueClasses.Count; i++)
        {
            if (places.TryGetValue(trueClasses.Span<long>()[i], out int place))
            {
                rows.Add((int)(i / trueCount));
                ids.Add(place);
            }
        }

        rows.ToArray().CopyTo(context.Allocate(0, [rows.Count]).Span<int>());
        ids.ToArray().CopyTo(context.Allocate(1, [rows.Count]).Span<long>());
        context.Allocate(2, [rows.Count]).Span<float>().Fill(-float.MaxValue);
    }
}
