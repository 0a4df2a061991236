using System.Collections.Concurrent;
using ModelSessions.Cpu.Kernels.Lookup;

namespace ModelSessions.Cpu.Execution;

/// <summary>The tables of a session, by container and name. Nodes that share a name share the table.</summary>
internal sealed class TableStore
{
    private readonly ConcurrentDictionary<(string Container, string Name), Table> _tables = new();

    /// <summary>The table that a node stands for, made at its first use.</summary>
    /// <exception cref="EngineException">Another node of that name has made a table of another type.</exception>
    public Table Get(GraphOperation node, TableType type, Func<string, Table> create)
    {
        (string Container, string Name) key = KeyOf(node);
        Table table = _tables.GetOrAdd(key, _ => create(key.Name));
        return table.Type == type
            ? table
            : throw Failure.Invalid($"Conflicting key/value dtypes {type} of '{node.Name}' with {table.Type} of the table '{key.Name}'.");
    }

    /// <summary>The table of a handle of old, which is its container and name; null if there is none.</summary>
    public Table? Find(string container, string name) => _tables.GetValueOrDefault((container, name));

    /// <summary>Container and name of a node's table. Without a shared name it is the node's own.</summary>
    public static (string Container, string Name) KeyOf(GraphOperation node)
    {
        string shared = node.String("shared_name");
        string own = node.Bool("use_node_name_sharing") ? node.Name : $"_{node.Graph.FunctionName}:{node.Name}";
        return (node.String("container"), shared.Length > 0 ? shared : own);
    }

    public void Clear() => _tables.Clear();
}
