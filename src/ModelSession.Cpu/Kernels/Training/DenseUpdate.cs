using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.State;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>One optimizer's step over a stretch of elements. A struct that holds the step's scalars.</summary>
internal interface IUpdateRule<T>
    where T : unmanaged
{
    /// <summary>Changes the variable and its slots.</summary>
    void Apply(Span<T> variable, Span<T> slot, Span<T> secondSlot, ReadOnlySpan<T> gradient);
}

/// <summary>Optimizer kernels: inputs are a variable, its slots, scalars and a gradient.</summary>
internal static class DenseUpdate
{
    // Elements that are worth a thread; a step reads and writes up to seven streams of them.
    private const int Grain = 1 << 14;

    /// <summary>A scalar input.</summary>
    public static T Scalar<T>(KernelContext context, int input)
        where T : unmanaged
    {
        Value value = context.Input(input);
        return value.LongCount == 1
            ? context.Widen(value).Span<T>()[0]
            : throw Failure.Invalid($"{context.Node.Schema.Definition.InputArg[input].Name} is not a scalar: {value.Shape}");
    }

    /// <summary>Runs a rule over the variables in inputs 0 … <paramref name="slots"/> and a gradient.</summary>
    public static void Run<TRule, T>(KernelContext context, int slots, int gradientInput, TRule rule)
        where TRule : struct, IUpdateRule<T>
        where T : unmanaged
    {
        Variable variable = VariableUpdate.Variable(context, 0);
        lock (variable.Gate)
        {
            Value target = VariableUpdate.Target(variable);
            Value? first = slots > 0 ? Slot(context, 1, target) : null, second = slots > 1 ? Slot(context, 2, target) : null;
            Value gradient = context.Input(gradientInput);
            if (!gradient.Dimensions.SequenceEqual(target.Dimensions))
            {
                throw Failure.Invalid($"var and grad do not have the same shape {target.Shape} {gradient.Shape}");
            }

            Value wide = context.Widen(target);
            Value? wideFirst = first is null ? null : context.Widen(first), wideSecond = second is null ? null : context.Widen(second);
            context.Workers.ForRange(wide.Count, Grain, new Body<TRule, T>(
                rule,
                wide.Span<T>(),
                wideFirst is null ? [] : wideFirst.Span<T>(),
                wideSecond is null ? [] : wideSecond.Span<T>(),
                context.Widen(gradient).Span<T>()));
            KernelContext.Commit(wide, target);
            Commit(wideFirst, first);
            Commit(wideSecond, second);
        }

        VariableUpdate.PassOn(context);
    }

    // TensorFlow's threads flush denormals. Moments that decay towards zero would otherwise become ever slower to compute with.
    public static T Flush<T>(T value)
        where T : IFloatingPointIeee754<T> => T.IsSubnormal(value) ? T.Zero : value;

    public static Vector<T> Flush<T>(Vector<T> value, Vector<T> smallestNormal)
        where T : IFloatingPointIeee754<T> => Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(value), smallestNormal), Vector<T>.Zero, value);

    /// <summary>The smallest number that is not denormal.</summary>
    public static T SmallestNormal<T>()
        where T : IFloatingPointIeee754<T> => typeof(T) == typeof(float) ? T.CreateTruncating(1.17549435e-38f) : T.CreateTruncating(2.2250738585072014e-308);

    private static Value Slot(KernelContext context, int input, Value target)
    {
        Value slot = VariableUpdate.Target(VariableUpdate.Variable(context, input));
        return slot.Dimensions.SequenceEqual(target.Dimensions)
            ? slot
            : throw Failure.Invalid($"var and {context.Node.Schema.Definition.InputArg[input].Name} do not have the same shape {target.Shape} {slot.Shape}");
    }

    private static void Commit(Value? changed, Value? target)
    {
        if (target is not null)
        {
            KernelContext.Commit(changed!, target);
        }
    }

    private readonly ref struct Body<TRule, T>(TRule rule, Span<T> variable, Span<T> first, Span<T> second, ReadOnlySpan<T> gradient) : IRangeBody
        where TRule : struct, IUpdateRule<T>
        where T : unmanaged
    {
        private readonly Span<T> _variable = variable;
        private readonly Span<T> _first = first;
        private readonly Span<T> _second = second;
        private readonly ReadOnlySpan<T> _gradient = gradient;

        public void Run(long start, long length)
        {
            System.Range part = (int)start..(int)(start + length);
            rule.Apply(_variable[part], _first.IsEmpty ? [] : _first[part], _second.IsEmpty ? [] : _second[part], _gradient[part]);
        }
    }
}
