using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>TF1 variables: a node gives a reference; ops that write pass it on.</summary>
internal static class RefVariableKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Assign", Assign);
        table.RingUpdates<VariableUpdate.Add>("AssignAdd", TypeSet.Numbers | TypeSet.Complexes);
        table.RingUpdates<VariableUpdate.Subtract>("AssignSub", TypeSet.Numbers | TypeSet.Complexes);
        table.Add("IsVariableInitialized", context =>
            context.Allocate(0, []).Span<bool>()[0] = context.Reference(0).IsInitialized);
        table.Add("Variable", Variable);
        table.Add("VariableV2", Variable);
    }

    private static Kernel Variable(GraphOperation node, CpuSession session)
    {
        RefVariable variable = (RefVariable)session.Store.Get(node);
        return context => context.Output(0).Reference = variable;
    }

    private static Kernel Assign(GraphOperation node, CpuSession session)
    {
        bool sameShape = node.Bool("validate_shape");
        return context =>
        {
            RefVariable variable = context.Reference(0);
            Value value = context.Input(1);
            if (sameShape && !variable.StaticShape.IsCompatibleWith(value.Shape))
            {
                throw Failure.Invalid($"Assign requires shapes of both tensors to match. lhs shape= {variable.StaticShape} rhs shape= {value.Shape}");
            }

            lock (variable.Gate)
            {
                variable.Renew(value.Dimensions).Write(value);
            }

            context.ForwardReference(0, 0);
        };
    }
}
