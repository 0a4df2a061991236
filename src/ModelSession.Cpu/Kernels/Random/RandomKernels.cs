using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Random numbers from a generator that belongs to the node and moves on with each execution.</summary>
internal static class RandomKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RandomStandardNormal", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.Normal));
        table.Add("RandomUniform", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.Uniform));
        table.Add("RandomUniformInt", "Tout", TypeSet.Indices, UniformInteger);
        table.Add("TruncatedNormal", "dtype", TypeSet.Floats, (node, session) => Numbers(node, session, Filling.TruncatedNormal));
    }

    /// <summary>Makes an output of the shape that an input gives.</summary>
    public static Value AllocateShape(KernelContext context, int input = 0)
    {
        Value sizes = context.Input(input);
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
}
