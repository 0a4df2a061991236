using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Boxes drawn into images.</summary>
internal static class BoundingBoxKernels
{
    private static readonly float[][] s_colors =
    [
        [1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5f, 0, 0.5f, 1], [0.5f, 0.5f, 0, 1], [0.5f, 0, 0, 1], [0, 0, 0.5f, 1], [0, 1, 1, 1], [1, 0, 1, 1],
    ];

    public static void Register(KernelTable table)
    {
        table.Add("DrawBoundingBoxes", "T", TypeSet.Of(DType.Float16, DType.Float32), (_, _) => Draw);
        table.Add("DrawBoundingBoxesV2", "T", TypeSet.Of(DType.Float16, DType.Float32), (_, _) => Draw);
    }

    private static void Draw(KernelContext context)
    {
        Value images = context.Input(0), boxes = context.Input(1);
        if (images.Rank != 4 || boxes.Rank != 3 || images.Dimensions[0] != boxes.Dimensions[0] || boxes.Dimensions[2] != 4)
        {
            throw Failure.Invalid($"The rank of the images should be 4, boxes are of shape [batch, n, 4] with the same batch; not {images.Shape} and {boxes.Shape}");
        }

        (int height, int width, int depth) = ((int)images.Dimensions[1], (int)images.Dimensions[2], (int)images.Dimensions[3]);
        if (depth is not (1 or 3 or 4))
        {
            throw Failure.Invalid($"Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA), not {depth}");
        }

        float[][] colors = Colors(context, depth);
        Value result = context.Allocate(0, images.Dimensions);
        result.Write(images);
        int count = (int)boxes.Dimensions[1];
        for (int i = 0; i < boxes.Dimensions[0] * count; i++)
        {
            Outline(result, i / count * height * width, height, width, boxes.Span<float>().Slice(4 * i, 4), colors[i % count % colors.Length], depth);
        }
    }

    private static float[][] Colors(KernelContext context, int depth)
    {
        if (context.InputCount == 3)
        {
            Value colors = context.Input(2);
            if (colors.Rank != 2 || colors.Dimensions[1] < depth)
            {
                throw Failure.Invalid($"colors must be a 2-D matrix with equal or more channels than the image provided: {colors.Shape}");
            }

            if (colors.LongCount > 0)
            {
                int width = (int)colors.Dimensions[1];
                return [.. Enumerable.Range(0, (int)colors.Dimensions[0]).Select(i => colors.Span<float>().Slice(i * width, depth).ToArray())];
            }
        }

        return depth == 1 ? [[1]] : s_colors;
    }

    private static void Outline(Value result, int image, int height, int width, ReadOnlySpan<float> box, float[] color, int depth)
    {
        long top = Place(box[0], height), left = Place(box[1], width), bottom = Place(box[2], height), right = Place(box[3], width);
        if (top > bottom || left > right || top >= height || bottom < 0 || left >= width || right < 0)
        {
            return;
        }

        (int firstRow, int lastRow) = ((int)System.Math.Max(top, 0), (int)System.Math.Min(bottom, height - 1));
        (int firstColumn, int lastColumn) = ((int)System.Math.Max(left, 0), (int)System.Math.Min(right, width - 1));
        for (int x = firstColumn; x <= lastColumn; x++)
        {
            Paint(result, image, width, top, x, top >= 0, color, depth);
            Paint(result, image, width, bottom, x, bottom < height, color, depth);
        }

        for (int y = firstRow; y <= lastRow; y++)
        {
            Paint(result, image, width, y, left, left >= 0, color, depth);
            Paint(result, image, width, y, right, right < width, color, depth);
        }
    }

    // As x86 cuts a float to an integer: what is out of range, or no number, is the lowest.
    private static long Place(float part, int size)
    {
        float place = part * (size - 1);
        return place is >= -9.2e18f and <= 9.2e18f ? (long)place : long.MinValue;
    }

    private static void Paint(Value result, int image, int width, long y, long x, bool visible, float[] color, int depth)
    {
        if (!visible)
        {
            return;
        }

        int at = (int)(image + y * width + x) * depth;
        for (int c = 0; c < depth; c++)
        {
            if (result.DType == DType.Float16)
            {
                result.Span<Half>()[at + c] = (Half)color[c];
            }
            else
            {
                result.Span<float>()[at + c] = color[c];
            }
        }
    }
}
