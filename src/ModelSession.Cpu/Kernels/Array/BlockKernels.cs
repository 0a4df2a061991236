using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Blocks of pixels moved into the channels or into the batch, and back.</summary>
internal static class BlockKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<FromBatch>("BatchToSpace");
        table.Elements<FromBatch>("BatchToSpaceND");
        table.Elements<FromDepth>("DepthToSpace");
        table.Elements<ToBatch>("SpaceToBatch");
        table.Elements<ToBatch>("SpaceToBatchND");
        table.Elements<ToDepth>("SpaceToDepth");
    }

    private static int BlockSize(GraphOperation node)
    {
        if (node.String("data_format") != "NHWC")
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Only NHWC data_format supported on CPU. Got {node.String("data_format")}", node.Name);
        }

        return checked((int)node.Int("block_size"));
    }

    private readonly struct ToDepth : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int block = BlockSize(node);
            return context =>
            {
                Value x = context.Input(0);
                if (x.Rank != 4 || x.Dimensions[1] % block != 0 || x.Dimensions[2] % block != 0)
                {
                    throw Failure.Invalid($"Image height and width must be divisible by block_size {block}: {x.Shape}");
                }

                (long batch, long rows, long columns, long depth) = (x.Dimensions[0], x.Dimensions[1] / block, x.Dimensions[2] / block, x.Dimensions[3]);
                long line = columns * block * depth;
                StridedCopy.Gather<T>(
                    context.Workers,
                    x.Elements<T>(),
                    0,
                    [batch, rows, columns, block, block * depth],
                    [rows * block * line, block * line, block * depth, line, 1],
                    context.Allocate(0, [batch, rows, columns, block * block * depth]).Elements<T>());
            };
        }
    }

    private readonly struct FromDepth : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int block = BlockSize(node);
            return context =>
            {
                Value x = context.Input(0);
                if (x.Rank != 4 || x.Dimensions[3] % (block * block) != 0)
                {
                    throw Failure.Invalid($"Input depth dimension should be divisible by {block * block}: {x.Shape}");
                }

                (long batch, long rows, long columns, long depth) = (x.Dimensions[0], x.Dimensions[1], x.Dimensions[2], x.Dimensions[3]);
                long part = depth / block;
                StridedCopy.Gather<T>(
                    context.Workers,
                    x.Elements<T>(),
                    0,
                    [batch, rows, block, columns, part],
                    [rows * columns * depth, columns * depth, part, depth, 1],
                    context.Allocate(0, [batch, rows * block, columns * block, part / block]).Elements<T>());
            };
        }
    }

    private readonly struct ToBatch : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            BatchBlocks blocks = BatchBlocks.Of(context, x.Rank);
            Span<long> shape = stackalloc long[x.Rank];
            x.Dimensions.CopyTo(shape);
            for (int i = 0; i < blocks.Count; i++)
            {
                long padded = x.Dimensions[i + 1] + blocks.Before(i) + blocks.After(i);
                shape[0] *= blocks[i];
                shape[i + 1] = padded % blocks[i] == 0 ? padded / blocks[i] : throw Failure.Invalid($"padded_shape[{i}]={padded} is not divisible by block_shape[{i}]={blocks[i]}");
            }

            Value y = context.Allocate(0, shape);
            FillKernels.Clear(y);
            blocks.Walk(y, x, (int inBatch, int inSpace, int length) => x.Elements<T>().Slice(inSpace, length).CopyTo(y.Elements<T>()[inBatch..]));
        };
    }

    private readonly struct FromBatch : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            BatchBlocks blocks = BatchBlocks.Of(context, x.Rank);
            Span<long> shape = stackalloc long[x.Rank];
            x.Dimensions.CopyTo(shape);
            for (int i = 0; i < blocks.Count; i++)
            {
                shape[0] = shape[0] % blocks[i] == 0 ? shape[0] / blocks[i] : throw Failure.Invalid($"Input batch dimension {x.Dimensions[0]} is not divisible by the product of block_shape");
                shape[i + 1] = x.Dimensions[i + 1] * blocks[i] - blocks.Before(i) - blocks.After(i);
                if (shape[i + 1] < 0)
                {
                    throw Failure.Invalid($"cropped_shape[{i}]={shape[i + 1]} must be non-negative");
                }
            }

            Value y = context.Allocate(0, shape);
            blocks.Walk(x, y, (int inBatch, int inSpace, int length) => x.Elements<T>().Slice(inBatch, length).CopyTo(y.Elements<T>()[inSpace..]));
        };
    }
}
