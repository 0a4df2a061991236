using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Ctc;

/// <summary>Labels from logits without an alignment: the best path, or the best sequences over all paths.</summary>
internal static class CtcDecoderKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Beam>("CTCBeamSearchDecoder", TypeSet.Wide);
        table.Floats<Greedy>("CTCGreedyDecoder", TypeSet.Wide);
    }

    private static void Check(Value logits, Value lengths)
    {
        if (logits.Rank != 3 || logits.LongCount == 0 || lengths.Rank != 1)
        {
            throw Failure.Invalid($"inputs must be a 3-Tensor that is not empty and sequence_length a vector; they are {logits.Shape} and {lengths.Shape}");
        }

        if (lengths.LongCount != logits.Dimensions[1])
        {
            throw Failure.Precondition($"len(sequence_length) != batch_size. len(sequence_length): {lengths.LongCount} batch_size: {logits.Dimensions[1]}");
        }

        foreach (int length in lengths.Span<int>())
        {
            if (length > logits.Dimensions[0])
            {
                throw Failure.Precondition($"sequence_length {length} is greater than the {logits.Dimensions[0]} time steps.");
            }
        }
    }

    // Each path of all sequences is a sparse matrix.
    private static void Store(KernelContext context, List<int[]>[] decoded)
    {
        int paths = decoded.Length;
        for (int path = 0; path < paths; path++)
        {
            int count = decoded[path].Sum(labels => labels.Length), at = 0;
            Span<long> indices = context.Allocate(path, [count, 2]).Span<long>(), values = context.Allocate(paths + path, [count]).Span<long>();
            Span<long> shape = context.Allocate(2 * paths + path, [2]).Span<long>();
            (shape[0], shape[1]) = (decoded[path].Count, decoded[path].Max(labels => labels.Length));
            for (int sequence = 0; sequence < decoded[path].Count; sequence++)
            {
                int[] labels = decoded[path][sequence];
                for (int i = 0; i < labels.Length; i++, at++)
                {
                    (indices[2 * at], indices[2 * at + 1], values[at]) = (sequence, i, labels[i]);
                }
            }
        }
    }

    private readonly struct Greedy : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool merge = node.Bool("merge_repeated");
            long stated = node.Attributes.ContainsKey("blank_index") ? node.Int("blank_index") : -1;
            return context =>
            {
                Value logits = context.Input(0), lengths = context.Input(1);
                Check(logits, lengths);
                int batch = (int)logits.Dimensions[1], classes = (int)logits.Dimensions[2];
                long blank = stated < 0 ? classes + stated : stated;
                if (blank < 0 || blank >= classes)
                {
                    throw Failure.Invalid($"blank_index expected to be between {-classes} and {classes - 1} but was {stated}");
                }

                Span<T> scores = context.Allocate(3, [batch, 1]).Span<T>();
                List<int[]> all = [];
                for (int sequence = 0; sequence < batch; sequence++)
                {
                    (int[] labels, scores[sequence]) = Best(new CtcRows<T>(logits.Span<T>(), batch, sequence, classes), lengths.Span<int>()[sequence], blank, merge);
                    all.Add(labels);
                }

                Store(context, [all]);
            };
        }

        private static (int[] Labels, T Score) Best<T>(CtcRows<T> logits, int steps, long blank, bool merge)
            where T : IFloatingPointIeee754<T>
        {
            List<int> labels = [];
            T score = T.Zero;
            int before = -1;
            for (int t = 0; t < steps; t++)
            {
                ReadOnlySpan<T> row = logits.Of(t);
                int best = 0;
                for (int i = 1; i < row.Length; i++)
                {
                    best = row[i] > row[best] ? i : best;
                }

                score -= row[best];
                if (best != blank && !(merge && best == before))
                {
                    labels.Add(best);
                }

                before = best;
            }

            return ([.. labels], score);
        }
    }

    private readonly struct Beam : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool merge = node.Bool("merge_repeated");
            int width = checked((int)node.Int("beam_width")), paths = checked((int)node.Int("top_paths"));
            return context =>
            {
                Value logits = context.Input(0), lengths = context.Input(1);
                Check(logits, lengths);
                int batch = (int)logits.Dimensions[1], classes = (int)logits.Dimensions[2];
                Span<T> scores = context.Allocate(3 * paths, [batch, paths]).Span<T>();
                List<int[]>[] all = [.. Enumerable.Range(0, paths).Select(_ => new List<int[]>())];
                for (int sequence = 0; sequence < batch; sequence++)
                {
                    BeamSearch<T> search = new(width);
                    CtcRows<T> rows = new(logits.Span<T>(), batch, sequence, classes);
                    for (int t = 0; t < lengths.Span<int>()[sequence]; t++)
                    {
                        search.Step(rows.Of(t));
                        context.Cancel.ThrowIfCancellationRequested();
                    }

                    if (paths > search.Count)
                    {
                        throw Failure.Invalid($"requested more paths ({paths}) than the beam's width ({width}) or than there are sequences of labels ({search.Count}).");
                    }

                    (int[] Labels, T LogProbability)[] best = search.Best(paths);
                    for (int path = 0; path < paths; path++)
                    {
                        (int[] labels, scores[sequence * paths + path]) = best[path];
                        all[path].Add(merge ? Merged(labels) : labels);
                    }
                }

                Store(context, all);
            };
        }

        private static int[] Merged(int[] labels) => [.. labels.Where((label, i) => i == labels.Length - 1 || label != labels[i + 1])];
    }
}
