using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>A vector added to the last dimension (or, as NCHW, to the third from the last), and its gradient.</summary>
internal static class BiasKernels
{
    public static void Register(KernelTable table)
    {
        table.Rings<Add>("BiasAdd", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Gradient>("BiasAddGrad", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Add>("BiasAddV1", TypeSet.Numbers | TypeSet.Complexes);
    }

    private static bool ChannelsFirst(GraphOperation node) =>
        node.Attributes.ContainsKey("data_format") && node.String("data_format") == "NCHW";

    private readonly struct Add : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool first = ChannelsFirst(node);
            BinarySpan<T, T> add = TensorPrimitives.Add;
            return context =>
            {
                Value x = context.Input(0), bias = context.Input(1);
                int axis = first ? 1 : x.Rank - 1;
                if (x.Rank < 2 || bias.Rank != 1 || x.Dimensions[axis] != bias.Dimensions[0])
                {
                    throw Failure.Invalid($"Must provide as many biases as the last dimension of the input tensor: {bias.Shape} vs. {x.Shape}");
                }

                // The bias as a tensor that broadcasts: [C], or [C, 1, 1] with channels first.
                Span<long> shape = stackalloc long[x.Rank - axis];
                shape.Fill(1);
                shape[0] = bias.Dimensions[0];
                Value y = context.Forward(0, 0);
                BroadcastLoop loop = new(x.Dimensions, shape, stackalloc long[3 * x.Rank]);
                Elementwise.Broadcast(context.Workers, add, x.Span<T>(), bias.Span<T>(), y.Span<T>(), loop);
            };
        }
    }

    private readonly struct Gradient : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool first = ChannelsFirst(node);
            return context =>
            {
                Value dy = context.Input(0);
                if (dy.Rank < 2)
                {
                    throw Failure.Invalid($"Input tensor must be at least 2D: {dy.Shape}");
                }

                int axis = first ? 1 : dy.Rank - 1;
                Span<bool> reduced = stackalloc bool[dy.Rank];
                reduced.Fill(true);
                reduced[axis] = false;
                Value result = context.Allocate(0, [dy.Dimensions[axis]]);
                Reduction.Run<SumOf<T>, T>(context, dy.Span<T>(), dy.Dimensions, reduced, result.Span<T>());
            };
        }
    }
}
