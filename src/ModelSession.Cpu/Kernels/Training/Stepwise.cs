using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>An optimizer that steps each element for itself.</summary>
internal interface IStepwise
{
    /// <summary>Changes an element of the variable and of its slots.</summary>
    static abstract void Step<T>(in Hyper<T> hyper, ref T variable, Slot<T> slots, T gradient)
        where T : unmanaged, IFloatingPointIeee754<T>;
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
internal readonly struct Stepwise<TOptimizer> : IFloatKernel
    where TOptimizer : IStepwise
{
    /// <summary>Registers the ops on reference and resource variables, of whole gradients and of rows.</summary>
    public static void Register(KernelTable table, string name, bool sparse)
    {
        foreach (string form in (string[])(sparse ? ["Apply", "ResourceApply", "ResourceSparseApply", "SparseApply"] : ["Apply", "ResourceApply"]))
        {
            table.FloatUpdates<Stepwise<TOptimizer>>(form + name, TypeSet.Floats);
        }
    }

    public static Kernel Create<T>(GraphOperation node)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        OptimizerInputs inputs = new(node);
        return context =>
        {
            Hyper<T> hyper = new(S(0), S(1), S(2), S(3), S(4), S(5), inputs.Flag);
            OptimizerStep.Run<Rule<T>, T>(context, inputs.Slots, inputs.Gradient, new Rule<T>(hyper));

            T S(int number) => number < inputs.Scalars.Length ? OptimizerStep.ScalarAt<T>(context, inputs.Scalars[number]) : default;
        };
    }

    private readonly struct Rule<T>(Hyper<T> hyper) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
        {
            T none = default;
            for (int i = 0; i < variable.Length; i++)
            {
                TOptimizer.Step(
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
