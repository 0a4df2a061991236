using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>TF1 variables: a node gives a reference; ops that write pass it on.</summary>
internal static class RefVariableKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Assign", Assign);
        table.Numbers<AddTo>("AssignAdd", TypeSet.Numbers);
        table.Numbers<SubtractFrom>("AssignSub", TypeSet.Numbers);
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

    private static Value Target(KernelContext context, Value change)
    {
        Value target = context.Reference(0).Read();
        return target.Dimensions.SequenceEqual(change.Dimensions)
            ? target
            : throw Failure.Invalid($"The variable '{context.Reference(0).Name}' has the shape {target.Shape}; it cannot be changed by a tensor of shape {change.Shape}.");
    }

    private readonly struct AddTo : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value change = context.Input(1);
                Span<T> target = Target(context, change).Span<T>();
                TensorPrimitives.Add(target, change.Span<T>(), target);
                context.ForwardReference(0, 0);
            };
    }

    private readonly struct SubtractFrom : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value change = context.Input(1);
                Span<T> target = Target(context, change).Span<T>();
                TensorPrimitives.Subtract(target, change.Span<T>(), target);
                context.ForwardReference(0, 0);
            };
    }
}
