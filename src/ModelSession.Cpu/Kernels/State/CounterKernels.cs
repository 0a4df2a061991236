using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Variables that count up to a limit.</summary>
internal static class CounterKernels
{
    private static readonly TypeSet s_counters = TypeSet.Indices;

    public static void Register(KernelTable table)
    {
        table.Add("CountUpTo", "T", s_counters, (node, _) => Count(node));
        table.Add("ResourceCountUpTo", "T", s_counters, (node, _) => Count(node));
    }

    private static Kernel Count(GraphOperation node)
    {
        long limit = node.Int("limit");
        bool isLong = node.DType("T") == DType.Int64;
        return context =>
        {
            Variable variable = VariableUpdate.Variable(context, 0);
            lock (variable.Gate)
            {
                Value value = VariableUpdate.Target(variable);
                if (value.Rank != 0)
                {
                    throw Failure.Invalid($"input is not a scalar: {value.Shape}");
                }

                if (value.DType != context.Output(0).DType)
                {
                    throw Failure.Invalid($"The variable '{variable.Name}' is {value.DType.Name()}; {context.Output(0).DType.Name()} is wanted.");
                }

                if (isLong)
                {
                    Step<long>(context, value, limit);
                }
                else
                {
                    Step<int>(context, value, limit);
                }
            }
        };
    }

    private static void Step<T>(KernelContext context, Value value, long limit)
        where T : unmanaged, IBinaryInteger<T>
    {
        T before = value.Scalar<T>();
        if (long.CreateChecked(before) >= limit)
        {
            throw Failure.OutOfRange($"Reached limit of {limit}");
        }

        value.Span<T>()[0] = before + T.One;
        context.Allocate(0, []).Span<T>()[0] = before;
    }
}
