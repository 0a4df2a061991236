using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>The same bytes as elements of another type.</summary>
internal static class BitcastKernels
{
    public static void Register(KernelTable table) => table.Add("Bitcast", "T", TypeSet.Bytes, Bitcast);

    private static Kernel Bitcast(GraphOperation node, CpuSession session)
    {
        int from = node.DType("T").Size(), to = node.DType("type").Size();
        return context =>
        {
            Value x = context.Input(0);
            int rank = x.Rank;
            if (from == to)
            {
                context.Share(0, 0);
                return;
            }

            if (from > to)
            {
                Span<long> finer = stackalloc long[rank + 1];
                x.Dimensions.CopyTo(finer);
                finer[rank] = from / to;
                context.Share(0, 0, finer);
                return;
            }

            if (rank == 0 || x.Dimensions[^1] != to / from)
            {
                throw Failure.Invalid($"Cannot bitcast from {node.DType("T").Name()} to {node.DType("type").Name()}: shape {x.Shape} must end with {to / from}");
            }

            context.Share(0, 0, x.Dimensions[..^1]);
        };
    }
}
