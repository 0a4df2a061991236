using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelSessions.Training;

/// <summary>A tensor with numbers that are not finite.</summary>
/// <param name="Name">Its name; a variable's, or a node's output.</param>
/// <param name="OpType">The kind of the node that gives it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="NaNCount">How many elements are NaN.</param>
/// <param name="InfinityCount">How many elements are infinite.</param>
public sealed record NonFiniteTensor(string Name, string OpType, Shape Shape, long NaNCount, long InfinityCount)
{
    /// <summary><c>'w' (VariableV2, [784, 10]) has 25 NaN (0.3 %) and 0 infinite elements</c>.</summary>
    public override string ToString() =>
        $"'{Name}' ({OpType}, {Shape}) is not finite: of {Shape.ElementCount:n0} elements {NaNCount:n0} are NaN and {InfinityCount:n0} infinite ({100.0 * (NaNCount + InfinityCount) / Shape.ElementCount:0.##} %).";
}

/// <summary>Finds numbers that are not finite.</summary>
internal static class NonFinite
{
    /// <summary>What makes a tensor not finite, for some feeds: of these, or of what is computed from them and from the variables, the
    /// first. Null if there is nothing of the kind.</summary>
    public static NonFiniteTensor? Origin(ModelSession session, IReadOnlyList<string> feedNames, Tensor[] feeds, GraphTensor tensor)
    {
        for (int i = 0; i < feeds.Length; i++)
        {
            if (In(feeds[i], feedNames[i], session.Graph.Tensor(feedNames[i]).Operation.Type) is { } fed)
            {
                return fed;
            }
        }

        NumericGuard guard = new(only: null);
        Run(session, feedNames, feeds, [tensor], guard);
        return guard.Tensor is { } found ? Inside(session, feedNames, feeds, found) ?? guard.Found : null;
    }

    // What an engine computes at once, such as a product, its bias and its activation, shows the last of its tensors alone. Asked for by
    // their names, the others are there, too.
    private static NonFiniteTensor? Inside(ModelSession session, IReadOnlyList<string> feedNames, Tensor[] feeds, GraphTensor last)
    {
        HashSet<GraphTensor> inner = [];
        foreach (GraphTensor near in Computed(last).ToArray())
        {
            inner.Add(near);
            inner.UnionWith(Computed(near));
        }

        // The last is among them, so that the run ends there, and leaves no trace.
        NumericGuard guard = new(inner.Append(last).ToHashSet());
        try
        {
            Run(session, feedNames, feeds, [.. inner, last], guard);
        }
        catch (ModelSessionException)
        {
            // Within a loop, or on a branch that is not taken: such tensors cannot be asked for.
        }

        return guard.Found;

        IEnumerable<GraphTensor> Computed(GraphTensor tensor) =>
            tensor.Operation.Inputs.Where(input => input.DType.IsFloating() && !input.IsRef && input.Operation.Inputs.Count > 0 && !feedNames.Contains(input.Name));
    }

    // Variables would be written last of all, which a guard does not let happen.
    private static void Run(ModelSession session, IReadOnlyList<string> feedNames, Tensor[] feeds, IReadOnlyList<GraphTensor> fetches, NumericGuard guard)
    {
        RunSignature signature = new(feedNames, [.. fetches.Select(tensor => tensor.Name)], []) { WritesLast = true };
        try
        {
            session.Engine.Prepare(signature).Run(feeds, new Tensor[fetches.Count], CancellationToken.None, guard: guard);
        }
        catch (OperationCanceledException) when (guard.Found is not null)
        {
            // That is what it was run for.
        }
    }

    /// <summary>The first variable of a saver's that is not finite; null if all are.</summary>
    public static NonFiniteTensor? Find(ModelSession session, Saver saver)
    {
        foreach (SavedVariable variable in saver.Variables)
        {
            NonFiniteTensor? found = null;
            session.Engine.LendVariable(variable.Name, value => found = In(value, variable.Name, session.Graph.Operation(variable.Name).Type));
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>What is not finite in a tensor; null if all is, or if it is of no such type.</summary>
    public static NonFiniteTensor? In(Tensor value, string name, string opType)
    {
        (long nan, long infinite) = value.DType switch
        {
            DType.Float32 => Count<float>(value),
            DType.Float64 => Count<double>(value),
            DType.Float16 => Count<Half>(value),
            DType.BFloat16 => CountBFloat16(value),
            // Parts count one by one.
            DType.Complex64 => Count<float>(value),
            DType.Complex128 => Count<double>(value),
            _ => (0, 0),
        };
        return nan + infinite > 0 ? new NonFiniteTensor(name, opType, value.Shape, nan, infinite) : null;
    }

    private static (long NaN, long Infinite) Count<T>(Tensor value)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(value.Bytes());
        if (TensorPrimitives.IsFiniteAll(elements))
        {
            return (0, 0);
        }

        long nan = 0, infinite = 0;
        foreach (T element in elements)
        {
            nan += T.IsNaN(element) ? 1 : 0;
            infinite += T.IsInfinity(element) ? 1 : 0;
        }

        return (nan, infinite);
    }

    private static (long NaN, long Infinite) CountBFloat16(Tensor value)
    {
        const int Exponent = 0x7F80, Fraction = 0x7F;
        long nan = 0, infinite = 0;
        foreach (ushort bits in MemoryMarshal.Cast<byte, ushort>(value.Bytes()))
        {
            if ((bits & Exponent) == Exponent)
            {
                _ = (bits & Fraction) != 0 ? nan++ : infinite++;
            }
        }

        return (nan, infinite);
    }
}
