using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>The best boxes of several classes and images.</summary>
internal static class CombinedSuppressionKernels
{
    public static void Register(KernelTable table) => table.Add("CombinedNonMaxSuppression", Combine);

    private readonly record struct Found(int Class, int Box, float Score);

    private static Kernel Combine(GraphOperation node, CpuSession session)
    {
        bool padsPerClass = node.Bool("pad_per_class"), clips = node.Bool("clip_boxes");
        return context =>
        {
            Value boxes = context.Input(0), scores = context.Input(1);
            if (boxes.Rank != 4 || scores.Rank != 3 || boxes.Dimensions[3] != 4 || !boxes.Dimensions[..2].SequenceEqual(scores.Dimensions[..2])
                || (boxes.Dimensions[2] != 1 && boxes.Dimensions[2] != scores.Dimensions[2]))
            {
                throw Failure.Invalid($"boxes must be 4-D [batch, boxes, classes or 1, 4] and scores 3-D [batch, boxes, classes], not {boxes.Shape} and {scores.Shape}");
            }

            long perClass = Positive(context.Input(2), "max_size_per_class"), total = Positive(context.Input(3), "max_total_size");
            float overlap = Threshold(context.Input(4), "iou_threshold"), least = Threshold(context.Input(5), "score_threshold");
            if (!(overlap >= 0 && overlap <= 1))
            {
                throw Failure.Invalid($"iou_threshold must be in [0, 1], not {overlap}");
            }

            int images = (int)boxes.Dimensions[0], classes = (int)scores.Dimensions[2];
            long classTotal = System.Math.Min(int.MaxValue, perClass * classes);
            int size = (int)(padsPerClass ? System.Math.Min(total, classTotal) : total);
            Span<float> resultBoxes = context.Allocate(0, [images, size, 4]).Span<float>();
            Span<float> resultScores = context.Allocate(1, [images, size]).Span<float>(), resultClasses = context.Allocate(2, [images, size]).Span<float>();
            Span<int> valid = context.Allocate(3, [images]).Span<int>();
            resultBoxes.Clear();
            resultScores.Clear();
            resultClasses.Clear();
            for (int i = 0; i < images; i++)
            {
                List<Found> found = Find(context, i, (int)System.Math.Min(perClass, boxes.Dimensions[1]), overlap, least);
                int count = System.Math.Min(found.Count, size);
                valid[i] = count;
                for (int j = 0; j < count; j++)
                {
                    ReadOnlySpan<float> box = BoxOf(boxes, i, found[j].Class, found[j].Box);
                    for (int k = 0; k < 4; k++)
                    {
                        resultBoxes[(i * size + j) * 4 + k] = clips ? MathF.Max(MathF.Min(box[k], 1), 0) : box[k];
                    }

                    resultScores[i * size + j] = found[j].Score;
                    resultClasses[i * size + j] = found[j].Class;
                }
            }
        };
    }

    private static ReadOnlySpan<float> BoxOf(Value boxes, int image, int @class, int box)
    {
        int count = (int)boxes.Dimensions[1], kinds = (int)boxes.Dimensions[2];
        return boxes.Span<float>().Slice(((image * count + box) * kinds + (kinds > 1 ? @class : 0)) * 4, 4);
    }

    // Of each class the best, then of all classes the best first.
    private static List<Found> Find(KernelContext context, int image, int most, float overlap, float least)
    {
        Value boxes = context.Input(0), scores = context.Input(1);
        int count = (int)boxes.Dimensions[1], classes = (int)scores.Dimensions[2];
        List<Found> found = [];
        Span<float> pair = stackalloc float[8];
        for (int c = 0; c < classes; c++)
        {
            ReadOnlySpan<float> all = scores.Span<float>().Slice(image * count * classes, count * classes);
            List<(int Box, float Score)> candidates = [];
            for (int b = 0; b < count; b++)
            {
                if (all[b * classes + c] > least)
                {
                    candidates.Add((b, all[b * classes + c]));
                }
            }

            int first = found.Count;
            foreach ((int box, float score) in candidates.OrderByDescending(candidate => candidate.Score))
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (found.Count - first >= most)
                {
                    break;
                }

                BoxOf(boxes, image, c, box).CopyTo(pair);
                bool free = true;
                for (int j = found.Count - 1; j >= first && free; j--)
                {
                    BoxOf(boxes, image, c, found[j].Box).CopyTo(pair[4..]);
                    free = SuppressionKernels.Overlap(pair, 0, 1) <= overlap;
                }

                if (free)
                {
                    found.Add(new Found(c, box, score));
                }
            }
        }

        return [.. found.OrderByDescending(candidate => candidate.Score)];
    }

    private static long Positive(Value value, string what) => value.Rank == 0 && value.Span<int>()[0] > 0
        ? value.Span<int>()[0]
        : throw Failure.Invalid($"{what} must be 0-D and positive, got shape {value.Shape}");

    private static float Threshold(Value value, string what) => value.Rank == 0
        ? value.Scalar<float>()
        : throw Failure.Invalid($"{what} must be 0-D, got shape {value.Shape}");
}
