using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>The best of boxes that overlap.</summary>
internal static class SuppressionKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet types = TypeSet.Of(DType.Float16, DType.Float32);
        table.Add("NonMaxSuppression", (node, _) => context => Suppress(context, node.Float("iou_threshold"), float.MinValue));
        table.Add("NonMaxSuppressionV2", "T", types, (_, _) => context => Suppress(context, Scalar(context, 3), Lowest(context)));
        table.Add("NonMaxSuppressionV3", "T", types, (_, _) => context => Suppress(context, Scalar(context, 3), Scalar(context, 4)));
        table.Add("NonMaxSuppressionV4", "T", types, Padded);
        table.Add("NonMaxSuppressionV5", "T", types, Soft);
        table.Add("NonMaxSuppressionWithOverlaps", ByOverlaps);
    }

    /// <summary>What the boxes i and j share, of what they cover together.</summary>
    public static float Overlap(ReadOnlySpan<float> boxes, int i, int j)
    {
        (float top1, float left1, float bottom1, float right1) = Sides(boxes.Slice(4 * i, 4));
        (float top2, float left2, float bottom2, float right2) = Sides(boxes.Slice(4 * j, 4));
        float area1 = (bottom1 - top1) * (right1 - left1), area2 = (bottom2 - top2) * (right2 - left2);
        if (area1 <= 0 || area2 <= 0)
        {
            return 0;
        }

        float height = MathF.Max(MathF.Min(bottom1, bottom2) - MathF.Max(top1, top2), 0), width = MathF.Max(MathF.Min(right1, right2) - MathF.Max(left1, left2), 0);
        float common = height * width;
        return common / (area1 + area2 - common);
    }

    private static (float Top, float Left, float Bottom, float Right) Sides(ReadOnlySpan<float> box) =>
        (MathF.Min(box[0], box[2]), MathF.Min(box[1], box[3]), MathF.Max(box[0], box[2]), MathF.Max(box[1], box[3]));

    private static float Lowest(KernelContext context) => context.Input(0).DType == DType.Float16 ? (float)Half.MinValue : float.MinValue;

    private static float Scalar(KernelContext context, int input)
    {
        Value value = context.Input(input);
        return value.Rank != 0
            ? throw Failure.Invalid($"Thresholds must be 0-D, got shape {value.Shape} (Shape must be rank 0 but is rank {value.Rank})")
            : context.Widen(value).Scalar<float>();
    }

    private static int MostBoxes(KernelContext context)
    {
        Value most = context.Input(2);
        if (most.Rank != 0)
        {
            throw Failure.Invalid($"max_output_size must be 0-D, got shape {most.Shape} (Shape must be rank 0 but is rank {most.Rank})");
        }

        int count = most.Span<int>()[0];
        return count >= 0 ? count : throw Failure.Invalid($"output size must be non-negative, not {count}");
    }

    private static void CheckThreshold(float threshold)
    {
        if (!(threshold >= 0 && threshold <= 1))
        {
            throw Failure.Invalid($"iou_threshold must be in [0, 1], not {threshold}");
        }
    }

    private static (float[] Boxes, float[] Scores) Boxes(KernelContext context)
    {
        Value boxes = context.Input(0), scores = context.Input(1);
        if (boxes.Rank != 2 || boxes.Dimensions[1] != 4)
        {
            throw Failure.Invalid(boxes.Rank != 2
                ? $"boxes must be 2-D{boxes.Shape} (Shape must be rank 2 but is rank {boxes.Rank})"
                : $"boxes must have 4 columns (Dimension must be 4 but is {boxes.Dimensions[1]})");
        }

        CheckScores(scores, boxes.Dimensions[0]);
        return (context.Widen(boxes).Span<float>().ToArray(), context.Widen(scores).Span<float>().ToArray());
    }

    private static void CheckScores(Value scores, long count)
    {
        if (scores.Rank != 1 || scores.LongCount != count)
        {
            throw Failure.Invalid($"scores must be 1-D with a score for each of {count} boxes, not of shape {scores.Shape}");
        }
    }

    private static void Suppress(KernelContext context, float overlap, float least)
    {
        int most = MostBoxes(context);
        CheckThreshold(overlap);
        (float[] boxes, float[] scores) = Boxes(context);
        List<(int Box, float Score)> chosen = Choose(context, scores, most, overlap, least, 0, (i, j) => Overlap(boxes, i, j));
        WriteBoxes(context, chosen, chosen.Count);
    }

    private static Kernel Padded(GraphOperation node, CpuSession session) => context =>
    {
        int most = MostBoxes(context);
        float overlap = Scalar(context, 3), least = Scalar(context, 4);
        CheckThreshold(overlap);
        (float[] boxes, float[] scores) = Boxes(context);
        List<(int Box, float Score)> chosen = Choose(context, scores, most, overlap, least, 0, (i, j) => Overlap(boxes, i, j));
        WriteBoxes(context, chosen, node.Bool("pad_to_max_output_size") ? most : chosen.Count);
        context.Allocate(1, []).Span<int>()[0] = chosen.Count;
    };

    private static Kernel Soft(GraphOperation node, CpuSession session) => context =>
    {
        int most = MostBoxes(context);
        float overlap = Scalar(context, 3), least = Scalar(context, 4), sigma = Scalar(context, 5);
        CheckThreshold(overlap);
        if (!(sigma >= 0))
        {
            throw Failure.Invalid($"soft_nms_sigma must be non-negative, not {sigma}");
        }

        (float[] boxes, float[] scores) = Boxes(context);
        List<(int Box, float Score)> chosen = Choose(context, scores, most, overlap, least, sigma, (i, j) => Overlap(boxes, i, j));
        int count = node.Bool("pad_to_max_output_size") ? most : chosen.Count;
        WriteBoxes(context, chosen, count);
        Value marks = context.Allocate(1, [count]);
        for (int i = 0; i < count; i++)
        {
            float score = i < chosen.Count ? chosen[i].Score : 0;
            if (marks.DType == DType.Float16)
            {
                marks.Span<Half>()[i] = (Half)score;
            }
            else
            {
                marks.Span<float>()[i] = score;
            }
        }

        context.Allocate(2, []).Span<int>()[0] = chosen.Count;
    };

    private static void ByOverlaps(KernelContext context)
    {
        Value overlaps = context.Input(0);
        if (overlaps.Rank != 2 || overlaps.Dimensions[0] != overlaps.Dimensions[1])
        {
            throw Failure.Invalid($"overlaps must be square, not {overlaps.Shape}");
        }

        CheckScores(context.Input(1), overlaps.Dimensions[0]);
        int most = MostBoxes(context), width = (int)overlaps.Dimensions[0];
        float[] shared = overlaps.Span<float>().ToArray(), scores = context.Input(1).Span<float>().ToArray();
        List<(int Box, float Score)> chosen = Choose(context, scores, most, Scalar(context, 3), Scalar(context, 4), 0, (i, j) => shared[i * width + j]);
        WriteBoxes(context, chosen, chosen.Count);
    }

    private static void WriteBoxes(KernelContext context, List<(int Box, float Score)> chosen, int count)
    {
        Span<int> boxes = context.Allocate(0, [count]).Span<int>();
        boxes.Clear();
        for (int i = 0; i < chosen.Count; i++)
        {
            boxes[i] = chosen[i].Box;
        }
    }

    // The best is taken, and those like it are dropped or, softly, made worse and put back.
    private static List<(int Box, float Score)> Choose(
        KernelContext context, float[] scores, int most, float overlap, float least, float sigma, Func<int, int, float> likeness)
    {
        PriorityQueue<(int Box, float Score, int Seen), (float Score, int Box)> queue = new(BestFirst);
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > least)
            {
                queue.Enqueue((i, scores[i], 0), (scores[i], i));
            }
        }

        List<(int Box, float Score)> chosen = [];
        float scale = sigma > 0 ? -0.5f / sigma : 0;
        while (chosen.Count < most && queue.TryDequeue(out (int Box, float Score, int Seen) next, out _))
        {
            context.Cancel.ThrowIfCancellationRequested();
            float score = next.Score;
            bool dropped = false;
            for (int j = chosen.Count - 1; j >= next.Seen && !dropped && (score > least || j == chosen.Count - 1); j--)
            {
                float like = likeness(next.Box, chosen[j].Box);
                dropped = sigma <= 0 && like > overlap;
                score *= sigma > 0 ? MathF.Exp(scale * like * like) : dropped ? 0 : 1;
            }

            if (dropped)
            {
                continue;
            }

            if (score == next.Score)
            {
                chosen.Add((next.Box, score));
            }
            else if (score > least)
            {
                queue.Enqueue((next.Box, score, chosen.Count), (score, next.Box));
            }
        }

        return chosen;
    }

    private static readonly Comparer<(float Score, int Box)> BestFirst =
        Comparer<(float Score, int Box)>.Create((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Box.CompareTo(b.Box));
}
