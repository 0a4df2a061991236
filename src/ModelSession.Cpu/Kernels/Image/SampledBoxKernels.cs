using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Kernels.Random;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Random parts of images.</summary>
internal static class SampledBoxKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RandomCrop", "T", TypeSet.Numbers, RandomCrop);
        table.Add("SampleDistortedBoundingBox", "T", TypeSet.Integers, FromGenerator);
        table.Add("SampleDistortedBoundingBoxV2", "T", TypeSet.Integers, FromGenerator);
        table.Add("StatelessSampleDistortedBoundingBox", "T", TypeSet.Integers, (node, _) =>
        {
            BoxRules rules = BoxRules.Of(node);
            return context => Sample(context, rules, StatelessRandomKernels.StreamOfSeed(context.Input(3)));
        });
    }

    private static Kernel FromGenerator(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        BoxRules rules = BoxRules.Of(node);

        // Four words are set aside for each attempt: so many blocks.
        return context => Sample(context, rules, generator.Take((ulong)rules.Attempts));
    }

    private static void Sample(KernelContext context, BoxRules rules, Philox stream)
    {
        Value size = context.Input(0), boxes = context.Input(1);
        if (size.Rank != 1 || size.LongCount != 3)
        {
            throw Failure.Invalid($"image_size must be 1-dimensional and contain 3 elements, not {size.Shape}");
        }

        if (boxes.Rank != 3 || boxes.Dimensions[2] != 4)
        {
            throw Failure.Invalid($"input boxes must be 3-dimensional [batch, num_boxes, coords]: {boxes.Shape}");
        }

        float covered = rules.Covered ?? Covered(context.Input(2));
        (long height, long width) = (Side(size, 0), Side(size, 1));
        List<Area> objects = Objects(boxes, (int)height, (int)width);
        Area image = new(0, 0, (int)width, (int)height);
        if (objects.Count == 0)
        {
            objects.Add(rules.WithoutBoxes
                ? image
                : throw Failure.Invalid("No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you wish to not provide any bounding boxes."));
        }

        Area found = rules.Find(stream, image, objects, covered);
        Value begin = context.Allocate(0, [3]), extent = context.Allocate(1, [3]);
        Write(begin, found.Top, found.Left, 0);
        Write(extent, found.Bottom - found.Top, found.Right - found.Left, -1);
        Span<float> box = context.Allocate(2, [1, 1, 4]).Span<float>();
        (box[0], box[1]) = (found.Top / (float)height, found.Left / (float)width);
        (box[2], box[3]) = (found.Bottom / (float)height, found.Right / (float)width);
    }

    private static float Covered(Value value)
    {
        float covered = value.Rank == 0 ? value.Scalar<float>() : throw Failure.Invalid($"min_object_covered must be 0-D, got shape {value.Shape}");
        return covered >= 0 ? covered : throw Failure.Invalid($"Min object covered must be non-negative: {covered}");
    }

    private static long Side(Value size, int index)
    {
        long side = size.DType switch
        {
            DType.UInt32 => size.Span<uint>()[index],
            DType.UInt64 => size.Span<ulong>()[index] < int.MaxValue ? (long)size.Span<ulong>()[index] : -1,
            _ => size.Integer(index),
        };
        return side is >= 0 and < int.MaxValue ? side : throw Failure.Invalid("image height and width cannot be negative or >= int32 max");
    }

    private static List<Area> Objects(Value boxes, int height, int width)
    {
        List<Area> objects = [];
        ReadOnlySpan<float> corners = boxes.Span<float>();
        for (int i = 0; i < corners.Length; i += 4)
        {
            foreach (float part in corners.Slice(i, 4))
            {
                if (!(part >= 0 && part <= 1))
                {
                    throw Failure.Invalid($"All bounding box coordinates must be in [0.0, 1.0]: {part}");
                }
            }

            objects.Add(new Area((int)(corners[i + 1] * width), (int)(corners[i] * height), (int)(corners[i + 3] * width), (int)(corners[i + 2] * height)));
        }

        return objects;
    }

    private static void Write(Value target, int first, int second, int third)
    {
        switch (target.DType)
        {
            case DType.UInt32:
                (target.Span<uint>()[0], target.Span<uint>()[1], target.Span<uint>()[2]) = ((uint)first, (uint)second, (uint)third);
                break;
            case DType.UInt64:
                (target.Span<ulong>()[0], target.Span<ulong>()[1], target.Span<ulong>()[2]) = ((ulong)first, (ulong)second, (ulong)third);
                break;
            default:
                ShapeKernels.WriteInteger(target, 0, first);
                ShapeKernels.WriteInteger(target, 1, second);
                ShapeKernels.WriteInteger(target, 2, third);
                break;
        }
    }

    private static Kernel RandomCrop(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value image = context.Input(0);
            (long height, long width) = ResizeShape.Size(context.Input(1));
            if (image.Rank != 3 || height < 0 || width < 0)
            {
                throw Failure.Invalid($"input must be 3-dimensional and sizes not negative: {image.Shape}, {height} by {width}");
            }

            (long rows, long columns, long channels) = (image.Dimensions[0], image.Dimensions[1], image.Dimensions[2]);
            if (columns < width || rows < height)
            {
                throw Failure.Precondition($"The image must be as large as the target: {rows} by {columns}, {height} by {width}");
            }

            PhiloxWords words = new(generator.Take(1));
            long left = columns > width ? words.Next() % (columns - width + 1) : 0, top = rows > height ? words.Next() % (rows - height + 1) : 0;
            Value result = context.Allocate(0, [height, width, channels]);
            int size = image.DType.Size(), length = checked((int)(width * channels * size));
            for (long y = 0; y < height; y++)
            {
                image.Memory!.Bytes(((top + y) * columns + left) * channels * size, length).CopyTo(result.Memory!.Bytes(y * length, length));
            }
        };
    }
}
