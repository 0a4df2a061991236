using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>An optimizer that steps each element for itself.</summary>
internal interface IStepwise
{
    /// <summary>Changes an element of the variable and of its slots.</summary>
    static abstract void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An optimizer that steps each element for itself, complex ones too.</summary>
internal interface IRingStepwise
{
    /// <summary>Changes an element of the variable and of its slots.</summary>
    static abstract void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
        where T : unmanaged, INumberBase<T>;
}

/// <summary>An optimizer's step of an element of one type.</summary>
internal interface IStep<T>
    where T : unmanaged
{
    /// <summary>Changes an element of the variable and of its slots.</summary>
    static abstract void Step(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient);
}

/// <summary>The scalars of a step, in the order of the op's inputs, and the attribute that changes its rule.</summary>
internal readonly record struct Hyper<T>(T A, T B, T C, T D, T E, T F, bool Flag)
    where T : unmanaged;

/// <summary>The slots of one element; those that an optimizer does not have are shared scratch.</summary>
internal readonly ref struct Slot<T>(ref T first, ref T second, ref T third)
{
    public readonly ref T First = ref first;
    public readonly ref T Second = ref second;
    public readonly ref T Third = ref third;
}

/// <summary>The kernel of an optimizer that steps each element for itself. Which inputs are slots, scalars and the gradient, the op's schema
/// tells.</summary>
internal static class Stepwise
{
    /// <summary>Registers the ops on reference and resource variables, of whole gradients and of rows.</summary>
    public static void Real<TOptimizer>(KernelTable table, string name, bool sparse)
        where TOptimizer : IStepwise
    {
        foreach (string form in Forms(sparse))
        {
            table.FloatUpdates<OfReal<TOptimizer>>(form + name, TypeSet.Floats);
        }
    }

    /// <summary>Registers the ops on reference and resource variables, of whole gradients and of rows, for complex numbers too.</summary>
    public static void Ring<TOptimizer>(KernelTable table, string name)
        where TOptimizer : IRingStepwise
    {
        foreach (string form in Forms(sparse: true))
        {
            table.RingUpdates<OfRing<TOptimizer>>(form + name, TypeSet.Floats | TypeSet.Complexes);
        }
    }

    private static string[] Forms(bool sparse) =>
        sparse ? ["Apply", "ResourceApply", "ResourceSparseApply", "SparseApply"] : ["Apply", "ResourceApply"];

    private static Kernel Create<TStep, T>(GraphOperation node)
        where TStep : IStep<T>
        where T : unmanaged
    {
        OptimizerInputs inputs = new(node);
        return context =>
        {
            Hyper<T> hyper = new(S(0), S(1), S(2), S(3), S(4), S(5), inputs.Flag);
            OptimizerStep.Run<Rule<TStep, T>, T>(context, inputs.Slots, inputs.Gradient, new Rule<TStep, T>(hyper));

            T S(int number) => number < inputs.Scalars.Length ? OptimizerStep.ScalarAt<T>(context, inputs.Scalars[number]) : default;
        };
    }

    /// <summary>An optimizer of real numbers.</summary>
    public readonly struct OfReal<TOptimizer> : IFloatKernel
        where TOptimizer : IStepwise
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Stepwise.Create<One<T>, T>(node);

        private readonly struct One<T> : IStep<T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            public static void Step(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient) =>
                TOptimizer.Step(hyper, ref variable, slots, gradient);
        }
    }

    /// <summary>An optimizer of real and complex numbers.</summary>
    public readonly struct OfRing<TOptimizer> : IRingKernel
        where TOptimizer : IRingStepwise
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => Stepwise.Create<One<T>, T>(node);

        private readonly struct One<T> : IStep<T>
            where T : unmanaged, INumberBase<T>
        {
            public static void Step(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient) =>
                TOptimizer.Step(hyper, ref variable, slots, gradient);
        }
    }

    private readonly struct Rule<TStep, T>(Hyper<T> hyper) : IUpdateRule<T>
        where TStep : IStep<T>
        where T : unmanaged
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            T none = default;
            for (int i = 0; i < variable.Length; i++)
            {
                TStep.Step(
                    hyper,
                    ref variable[i],
                    new Slot<T>(
                        ref slots.First.IsEmpty ? ref none : ref slots.First[i],
                        ref slots.Second.IsEmpty ? ref none : ref slots.Second[i],
                        ref slots.Third.IsEmpty ? ref none : ref slots.Third[i]),
                    gradient[i]);
            }
        }
    }
}

/// <summary>What the inputs of an optimizer's op are.</summary>
internal sealed class OptimizerInputs
{
    private static readonly string[] s_flags = ["update_slots", "multiply_linear_by_lr"];

    public OptimizerInputs(GraphOperation node)
    {
        string[] names = [.. node.Schema.Definition.InputArg.Select(input => input.Name)];
        Gradient = System.Array.FindIndex(names, name => name is "grad" or "delta");
        Slots = Enumerable.Range(1, names.Length - 1).Count(input => node.Inputs[input].IsRef || node.Inputs[input].DType == DType.Resource);
        Scalars = [.. Enumerable.Range(Slots + 1, names.Length - Slots - 1).Where(input => input != Gradient && names[input] != "indices")];
        Flag = s_flags.Any(flag => node.Attributes.ContainsKey(flag) && node.Bool(flag));
    }

    /// <summary>How many inputs behind the variable are slots.</summary>
    public int Slots { get; }

    /// <summary>Where the gradient stands; the indices of a sparse one follow it.</summary>
    public int Gradient { get; }

    /// <summary>Where the scalars stand.</summary>
    public int[] Scalars { get; }

    /// <summary>The attribute that changes the rule.</summary>
    public bool Flag { get; }
}
