namespace ModelSessions;

/// <summary>Two operations of one run of which one writes a variable that the other reads or writes, with no edge that says which comes
/// first: the result depends on chance.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="User">The operation that reads or writes it.</param>
/// <param name="Writer">The operation that writes it.</param>
public sealed record UnorderedAccess(GraphOperation Variable, GraphOperation User, GraphOperation Writer)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Variable.Name}' is used by '{User.Name}' ({User.Type}) and written by '{Writer.Name}' ({Writer.Type}) in no fixed order";
}

/// <summary>Proves that runs of a graph do not race.</summary>
/// <remarks>The read of a reference variable is an alias of its memory: what uses the read's output reads the variable at that time. The
/// read of a resource variable is a snapshot.</remarks>
public static class VariableOrder
{
    private static readonly HashSet<string> s_aliases =
        ["Enter", "ExpandDims", "Identity", "RefEnter", "RefExit", "RefIdentity", "RefMerge", "RefSelect", "RefSwitch", "Reshape", "Squeeze", "Switch"];

    private static readonly string[] s_writers =
        ["Apply", "Assign", "CountUpTo", "ResourceApply", "ResourceCountUpTo", "ResourceScatter", "ResourceSparseApply", "ResourceStridedSliceAssign", "Scatter", "SparseApply", "StridedSliceAssign"];

    /// <summary>All pairs of accesses that a run of some targets leaves unordered; none if every order of execution that the edges allow
    /// gives the same result.</summary>
    /// <param name="targets">What is fetched and run together.</param>
    public static IReadOnlyList<UnorderedAccess> Check(params IEnumerable<GraphOperation> targets)
    {
        List<GraphOperation> closure = Closure(targets);
        ILookup<GraphOperation, GraphOperation> consumers = closure
            .SelectMany(operation => operation.Inputs.Select(input => (Producer: input.Operation, Consumer: operation)))
            .ToLookup(pair => pair.Producer, pair => pair.Consumer);
        var accesses = closure
            .Where(IsVariable)
            .Select(variable => (Variable: variable, Memory: Aliases(variable, consumers)))
            .Select(pair => (pair.Variable, pair.Memory, Users: pair.Memory.SelectMany(alias => consumers[alias]).Distinct().ToArray()))
            .ToArray();
        Reachability before = new(closure, accesses.SelectMany(access => access.Users));
        List<UnorderedAccess> found = [];
        foreach ((GraphOperation variable, HashSet<GraphOperation> memory, GraphOperation[] users) in accesses)
        {
            GraphOperation[] writers = [.. users.Where(user => Writes(user, memory))];
            foreach (GraphOperation writer in writers)
            {
                // Of two writers each pair is told once.
                found.AddRange(users
                    .Where(user => user != writer && !(user.Id > writer.Id && writers.Contains(user)))
                    .Where(user => !before.IsBefore(user, writer) && !before.IsBefore(writer, user))
                    .Select(user => new UnorderedAccess(variable, user, writer)));
            }
        }

        return found;
    }

    private static bool IsVariable(GraphOperation operation) => operation.Type is "VariableV2" or "Variable" or "VarHandleOp";

    private static List<GraphOperation> Closure(IEnumerable<GraphOperation> targets)
    {
        HashSet<GraphOperation> seen = [];
        Stack<GraphOperation> stack = new(targets);
        while (stack.TryPop(out GraphOperation? operation))
        {
            if (seen.Add(operation))
            {
                foreach (GraphOperation producer in Producers(operation))
                {
                    stack.Push(producer);
                }
            }
        }

        return [.. seen.OrderBy(operation => operation.Id)];
    }

    private static IEnumerable<GraphOperation> Producers(GraphOperation operation) =>
        operation.Inputs.Select(input => input.Operation).Concat(operation.ControlInputs);

    // The operations whose output is the variable's own memory.
    private static HashSet<GraphOperation> Aliases(GraphOperation variable, ILookup<GraphOperation, GraphOperation> consumers)
    {
        HashSet<GraphOperation> aliases = [variable];
        if (variable.Type == "VarHandleOp")
        {
            return aliases;
        }

        Stack<GraphOperation> stack = new([variable]);
        while (stack.TryPop(out GraphOperation? operation))
        {
            foreach (GraphOperation consumer in consumers[operation])
            {
                if (s_aliases.Contains(consumer.Type) && aliases.Add(consumer))
                {
                    stack.Push(consumer);
                }
            }
        }

        return aliases;
    }

    private static bool Writes(GraphOperation operation, HashSet<GraphOperation> memory)
    {
        if (operation.Type == "ScatterNd" || !s_writers.Any(prefix => operation.Type.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return false;
        }

        var arguments = operation.Schema.Definition.InputArg;
        for (int i = 0; i < arguments.Count; i++)
        {
            bool writable = arguments[i].IsRef || operation.Inputs[i].DType == DType.Resource;
            if (writable && memory.Contains(operation.Inputs[i].Operation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which of some marked operations must have run before another. Only these have a bit, so that large graphs are cheap.</summary>
    private sealed class Reachability
    {
        private readonly Dictionary<GraphOperation, int> _bits = [];
        private readonly Dictionary<GraphOperation, ulong[]> _before = [];

        public Reachability(List<GraphOperation> closure, IEnumerable<GraphOperation> marked)
        {
            foreach (GraphOperation operation in marked)
            {
                _bits.TryAdd(operation, _bits.Count);
            }

            int words = (_bits.Count + 63) / 64;
            bool again = true;
            while (again)
            {
                again = false;
                // One round in order of ids does it, but for loops, whose back edges ask for another.
                foreach (GraphOperation operation in closure)
                {
                    if (!_before.TryGetValue(operation, out ulong[]? bits))
                    {
                        _before[operation] = bits = new ulong[words];
                    }

                    foreach (GraphOperation producer in Producers(operation))
                    {
                        again |= Include(bits, producer) && producer.Id > operation.Id;
                    }
                }
            }
        }

        public bool IsBefore(GraphOperation first, GraphOperation second) => (_before[second][_bits[first] / 64] >> (_bits[first] % 64) & 1) == 1;

        private bool Include(ulong[] bits, GraphOperation producer)
        {
            bool changed = false;
            if (_before.TryGetValue(producer, out ulong[]? others))
            {
                for (int i = 0; i < bits.Length; i++)
                {
                    ulong joined = bits[i] | others[i];
                    changed |= joined != bits[i];
                    bits[i] = joined;
                }
            }

            if (_bits.TryGetValue(producer, out int bit))
            {
                ulong joined = bits[bit / 64] | (1UL << (bit % 64));
                changed |= joined != bits[bit / 64];
                bits[bit / 64] = joined;
            }

            return changed;
        }
    }
}
