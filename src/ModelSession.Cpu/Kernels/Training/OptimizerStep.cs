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
    void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient);
}

/// <summary>The slots of a stretch of a variable; those that an optimizer does not have are empty.</summary>
internal readonly ref struct Slots<T>(Span<T> first, Span<T> second, Span<T> third)
{
    public Span<T> First { get; } = first;

    public Span<T> Second { get; } = second;

    public Span<T> Third { get; } = third;

    public Slots<T> Slice(Range part) =>
        new(First.IsEmpty ? [] : First[part], Second.IsEmpty ? [] : Second[part], Third.IsEmpty ? [] : Third[part]);
}

/// <summary>Optimizer kernels: inputs are a variable, its slots, scalars and a gradient.</summary>
internal static class OptimizerStep
{
    // Elements that are worth a thread; a step reads and writes up to seven streams of them.
    private const int Grain = 1 << 14;

    /// <summary>A scalar input.</summary>
    /// <param name="context">The run.</param>
    /// <param name="input">Where it stands if the gradient is dense.</param>
    /// <param name="gradientInput">Where the gradient stands; the indices of a sparse one follow it.</param>
    public static T Scalar<T>(KernelContext context, int input, int gradientInput)
        where T : unmanaged
    {
        return ScalarAt<T>(context, input + (input > gradientInput && IsSparse(context.Node) ? 1 : 0));
    }

    /// <summary>A scalar input, by where it stands; a whole number (the global step) as one of the variable's type.</summary>
    public static T ScalarAt<T>(KernelContext context, int input)
        where T : unmanaged
    {
        Value value = context.Input(input);
        if (value.LongCount != 1)
        {
            throw Failure.Invalid($"{context.Node.Schema.Definition.InputArg[input].Name} is not a scalar: {value.Shape}");
        }

        return value.DType == DType.Int64
            ? typeof(T) == typeof(double) ? (T)(object)(double)value.Integer(0) : (T)(object)(float)value.Integer(0)
            : context.Widen(value).Span<T>()[0];
    }

    /// <summary>Runs a rule over the variables in inputs 0 … <paramref name="slots"/> and a gradient: of all elements, or of the
    /// rows that a sparse op's indices name, one after another.</summary>
    public static void Run<TRule, T>(KernelContext context, int slots, int gradientInput, TRule rule)
        where TRule : struct, IUpdateRule<T>
        where T : unmanaged
    {
        Variable variable = VariableUpdate.Variable(context, 0);
        lock (variable.Gate)
        {
            Value target = VariableUpdate.Target(variable);
            Value? first = Slot(context, 1, slots, target), second = Slot(context, 2, slots, target), third = Slot(context, 3, slots, target);
            Value gradient = context.Input(gradientInput);
            bool sparse = IsSparse(context.Node);
            CheckGradient(target, gradient, sparse ? context.Input(gradientInput + 1) : null);
            Value wide = context.Widen(target);
            Value? wideFirst = Widen(context, first), wideSecond = Widen(context, second), wideThird = Widen(context, third);
            Slots<T> spans = new(Elements<T>(wideFirst), Elements<T>(wideSecond), Elements<T>(wideThird));
            ReadOnlySpan<T> steps = context.Widen(gradient).Span<T>();
            if (sparse)
            {
                Rows(rule, wide, spans, steps, context.Input(gradientInput + 1));
            }
            else
            {
                context.Workers.ForRange(wide.Count, Grain, new Body<TRule, T>(rule, wide.Span<T>(), spans, steps));
            }

            KernelContext.Commit(wide, target);
            Commit(wideFirst, first);
            Commit(wideSecond, second);
            Commit(wideThird, third);
        }

        VariableUpdate.PassOn(context);
    }

    // TensorFlow's threads flush denormals. Moments that decay towards zero would otherwise become ever slower to compute with.
    public static T Flush<T>(T value)
        where T : INumberBase<T> => typeof(T) != typeof(Complex) && T.IsSubnormal(value) ? T.Zero : value;

    public static Vector<T> Flush<T>(Vector<T> value, Vector<T> smallestNormal)
        where T : INumberBase<T> => Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(value), smallestNormal), Vector<T>.Zero, value);

    /// <summary>1, −1, 0; NaN has no sign and gives 0.</summary>
    public static T Sign<T>(T value)
        where T : IFloatingPointIeee754<T> => value > T.Zero ? T.One : value < T.Zero ? -T.One : T.Zero;

    /// <summary>The smallest number that is not denormal.</summary>
    public static T SmallestNormal<T>()
        where T : INumberBase<T> => typeof(T) == typeof(float) ? T.CreateTruncating(1.17549435e-38f) : T.CreateTruncating(2.2250738585072014e-308);

    private static bool IsSparse(GraphOperation node) => node.Type.Contains("SparseApply", StringComparison.Ordinal);

    private static void CheckGradient(Value target, Value gradient, Value? indices)
    {
        bool fits = indices is null
            ? gradient.Dimensions.SequenceEqual(target.Dimensions)
            : target.Rank > 0 && indices.Rank == 1 && gradient.Rank == target.Rank && gradient.Dimensions[0] == indices.Dimensions[0]
                && gradient.Dimensions[1..].SequenceEqual(target.Dimensions[1..]);
        if (!fits)
        {
            throw Failure.Invalid($"var and grad do not have the same shape {target.Shape} {gradient.Shape}{(indices is null ? "" : $" for indices {indices.Shape}")}");
        }
    }

    private static void Rows<TRule, T>(TRule rule, Value variable, Slots<T> slots, ReadOnlySpan<T> gradient, Value indices)
        where TRule : struct, IUpdateRule<T>
        where T : unmanaged
    {
        int rows = (int)variable.Dimensions[0], width = rows == 0 ? 0 : variable.Count / rows;
        for (int i = 0; i < indices.Count; i++)
        {
            long index = indices.Integer(i);
            if (index < 0 || index >= rows)
            {
                throw Failure.Invalid($"Index {index} at offset {i} in indices is out of range [0, {rows})");
            }

            int start = (int)index * width;
            System.Range row = start..(start + width);
            rule.Apply(variable.Span<T>()[row], slots.Slice(row), gradient.Slice(i * width, width));
        }
    }

    private static Value? Widen(KernelContext context, Value? slot) => slot is null ? null : context.Widen(slot);

    private static Span<T> Elements<T>(Value? slot)
        where T : unmanaged => slot is null ? [] : slot.Span<T>();

    private static Value? Slot(KernelContext context, int input, int slots, Value target)
    {
        if (input > slots)
        {
            return null;
        }

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

    private readonly ref struct Body<TRule, T>(TRule rule, Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient) : IRangeBody
        where TRule : struct, IUpdateRule<T>
        where T : unmanaged
    {
        private readonly Span<T> _variable = variable;
        private readonly Slots<T> _slots = slots;
        private readonly ReadOnlySpan<T> _gradient = gradient;

        public void Run(long start, long length)
        {
            System.Range part = (int)start..(int)(start + length);
            rule.Apply(_variable[part], _slots.Slice(part), _gradient[part]);
        }
    }
}
