namespace ModelSessions.Cpu.Execution;

/// <summary>The variables of a session's graph by name. Saving and restoring ask for every one, and there may be very many: each is looked up in the
/// graph and described once.</summary>
internal sealed class SessionVariables(Graph graph, VariableStore store)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Known> _byName = new(StringComparer.Ordinal);
    private readonly List<Known> _all = [];
    private int _seen;

    /// <summary>All variables, in the order of the graph.</summary>
    public VariableInfo[] List()
    {
        lock (_gate)
        {
            Refresh();
            VariableInfo[] list = new VariableInfo[_all.Count];
            for (int i = 0; i < list.Length; i++)
            {
                list[i] = _all[i].Variable.IsInitialized ? _all[i].Initialized : _all[i].Uninitialized;
            }

            return list;
        }
    }

    /// <summary>The variable of that name.</summary>
    /// <exception cref="GraphException">No operation of that name is a variable.</exception>
    public Variable Find(string name)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(name, out Known? known))
            {
                Refresh();
                known = _byName.GetValueOrDefault(name);
            }

            return known?.Variable
                ?? throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is no variable but a {graph.Operation(name).Type}.", name);
        }
    }

    // A graph only grows.
    private void Refresh()
    {
        IReadOnlyList<GraphOperation> nodes = graph.Operations;
        for (int count = nodes.Count; _seen < count; _seen++)
        {
            GraphOperation node = nodes[_seen];
            if (VariableStore.IsVariable(node))
            {
                VariableInfo info = VariableStore.Describe(node);
                Known known = new(store.Get(node), info, info with { IsInitialized = true });
                _all.Add(known);
                _byName.Add(node.Name, known);
            }
        }
    }

    private sealed record Known(Variable Variable, VariableInfo Uninitialized, VariableInfo Initialized);
}
