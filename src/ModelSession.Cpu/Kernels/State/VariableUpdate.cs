using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Changing variables in place, whether inputs are references or handles.</summary>
internal static class VariableUpdate
{
    /// <summary>The variable that an input stands for.</summary>
    public static Variable Variable(KernelContext context, int input) => IsReference(context.Node, input)
        ? context.Reference(input)
        : ResourceVariableKernels.Variable(context, input);

    /// <summary>Its value, to be changed in place; a snapshot that shares it keeps the old one.</summary>
    public static Value Target(Variable variable) => variable is ResourceVariable resource ? resource.ForUpdate() : variable.Read();

    /// <summary>An op on references gives the first of them as its output.</summary>
    public static void PassOn(KernelContext context)
    {
        if (IsReference(context.Node, 0))
        {
            context.ForwardReference(0, 0);
        }
    }

    private static bool IsReference(GraphOperation node, int input) => node.Inputs[input].IsRef;

    private static void Apply<T>(KernelContext context, Numerics.BinarySpan<T, T> f)
        where T : unmanaged
    {
        Variable variable = Variable(context, 0);
        Value change = context.Input(1);
        lock (variable.Gate)
        {
            Value target = Target(variable);
            if (!target.Dimensions.SequenceEqual(change.Dimensions))
            {
                throw Failure.Invalid($"The variable '{variable.Name}' has the shape {target.Shape}; it cannot be changed by a tensor of shape {change.Shape}.");
            }

            Value wide = context.Widen(target);
            f(wide.Span<T>(), context.Widen(change).Span<T>(), wide.Span<T>());
            KernelContext.Commit(wide, target);
        }

        PassOn(context);
    }

    public readonly struct Add : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            Numerics.BinarySpan<T, T> f = TensorPrimitives.Add;
            return context => Apply(context, f);
        }
    }

    public readonly struct Subtract : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            Numerics.BinarySpan<T, T> f = TensorPrimitives.Subtract;
            return context => Apply(context, f);
        }
    }
}
