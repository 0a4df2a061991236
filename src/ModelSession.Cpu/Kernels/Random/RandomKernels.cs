using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Random numbers from a generator that belongs to the node and moves on with each execution.</summary>
internal static class RandomKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RandomShuffle", RandomShuffle);
        table.Add("RandomStandardNormal", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.Normal));
        table.Add("RandomUniform", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.Uniform));
        table.Add("RandomUniformInt", "Tout", TypeSet.Indices, UniformInteger);
        table.Add("TruncatedNormal", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.TruncatedNormal));
    }

    /// <summary>Makes an output of the shape that input 0 gives.</summary>
    public static Value AllocateShape(KernelContext context)
    {
        Value sizes = context.Input(0);
        if (sizes.Rank > 1)
        {
            throw Failure.Invalid($"shape must be a vector of {{int32,int64}}, got shape {sizes.Shape}");
        }

        Span<long> shape = stackalloc long[sizes.ShapeLength];
        FillKernels.ReadShape(sizes, shape);
        return context.Allocate(0, shape);
    }

    private static Kernel Numbers(GraphOperation node, CpuSession session, Filling.Fill fill)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value result = AllocateShape(context);
            fill(context, generator.Take((ulong)result.LongCount * RandomFill.BlocksPerNumber), result);
        };
    }

    private static Kernel UniformInteger(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value result = AllocateShape(context);
            Philox stream = generator.Take((ulong)result.LongCount * RandomFill.BlocksPerNumber);
            Filling.UniformInteger(context, stream, result, context.Input(1), context.Input(2));
        };
    }

    private static Kernel RandomShuffle(GraphOperation node, CpuSession session)
    {
        Generator generator = session.Generators.Get(node);
        return context =>
        {
            Value x = context.Input(0);
            Value result = context.Allocate(0, x.Dimensions);
            result.Write(x);
            int rows = x.Rank == 0 ? 1 : checked((int)x.Dimensions[0]);
            if (rows < 2 || result.LongCount == 0)
            {
                return;
            }

            PhiloxWords words = new(generator.Take((ulong)(rows + 2) / 4));
            for (int i = 0; i < rows - 1; i++)
            {
                SwapRows(context, result, rows, i, i + (int)(words.Next() % (uint)(rows - i)));
            }
        };
    }

    private static void SwapRows(KernelContext context, Value value, int rows, int a, int b)
    {
        if (a == b)
        {
            return;
        }

        if (value.DType.IsObject())
        {
            int width = value.Count / rows;
            for (int i = 0; i < width; i++)
            {
                Span<object?> objects = value.Objects;
                (objects[a * width + i], objects[b * width + i]) = (objects[b * width + i], objects[a * width + i]);
            }

            return;
        }

        int length = checked((int)(value.LongCount * value.DType.Size() / rows));
        Span<byte> first = value.Memory!.Bytes((long)a * length, length), second = value.Memory.Bytes((long)b * length, length);
        using Workspace.Lease lease = context.Workspace.Rent(length);
        Span<byte> kept = lease.Span<byte>(0, length);
        first.CopyTo(kept);
        second.CopyTo(first);
        kept.CopyTo(second);
    }
}
