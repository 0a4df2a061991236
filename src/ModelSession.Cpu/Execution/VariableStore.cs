using System.Collections.Concurrent;

namespace ModelSessions.Cpu.Execution;

/// <summary>The variables of a session, by container and name.</summary>
internal sealed class VariableStore
{
    private readonly ConcurrentDictionary<(string Container, string Name, bool IsResource), Variable> _variables = new();

    // What a node says is parsed once: saving and restoring ask for every variable.
    private readonly ConcurrentDictionary<GraphOperation, (Variable Variable, VariableInfo Info)> _byNode = new();

    public static bool IsVariable(GraphOperation node) => node.Type is "VariableV2" or "Variable" or "VarHandleOp";

    /// <summary>The variable that a node stands for. Nodes with the same container and shared name share it.</summary>
    public Variable Get(GraphOperation node) => Known(node).Variable;

    public void Clear()
    {
        foreach (Variable variable in _variables.Values)
        {
            variable.Reset();
        }

        _variables.Clear();
        _byNode.Clear();
    }

    /// <summary>The variable of that name in a graph.</summary>
    /// <exception cref="GraphException">No operation of that name is a variable.</exception>
    public Variable Find(Graph graph, string name)
    {
        GraphOperation node = graph.Operation(name);
        return IsVariable(node)
            ? Get(node)
            : throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is no variable but a {node.Type}.", name);
    }

    public VariableInfo Describe(GraphOperation node)
    {
        (Variable variable, VariableInfo info) = Known(node);
        return variable.IsInitialized ? info with { IsInitialized = true } : info;
    }

    private (Variable Variable, VariableInfo Info) Known(GraphOperation node) => _byNode.GetOrAdd(node, static (node, variables) =>
    (
        variables.GetOrAdd(KeyOf(node), static (_, node) => Create(node), node),
        new VariableInfo(node.Name, node.DType("dtype"), StaticShape(node), node.Type == "VarHandleOp", IsInitialized: false)
    ), _variables);

    private static (string Container, string Name, bool IsResource) KeyOf(GraphOperation node)
    {
        string shared = node.String("shared_name");
        return (node.String("container"), shared.Length > 0 ? shared : node.Name, node.Type == "VarHandleOp");
    }

    private static Variable Create(GraphOperation node) => node.Type == "VarHandleOp"
        ? new ResourceVariable(node.Name, node.DType("dtype"), StaticShape(node))
        : new RefVariable(node.Name, node.DType("dtype"), StaticShape(node));

    // The oldest op cannot tell a scalar from "unknown".
    private static Shape StaticShape(GraphOperation node)
    {
        Shape shape = node.Shape("shape");
        return node.Type == "Variable" && shape.Rank == 0 ? Shape.Unknown : shape;
    }
}
