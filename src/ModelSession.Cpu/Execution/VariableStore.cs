using System.Collections.Concurrent;

namespace ModelSessions.Cpu.Execution;

/// <summary>The variables of a session, by container and name.</summary>
internal sealed class VariableStore
{
    private readonly ConcurrentDictionary<(string Container, string Name, bool IsResource), Variable> _variables = new();

    private readonly ConcurrentDictionary<GraphOperation, Variable> _byNode = new();

    public static bool IsVariable(GraphOperation node) => node.Type is "VariableV2" or "Variable" or "VarHandleOp";

    /// <summary>The variable that a node stands for. Nodes with the same container and shared name share it.</summary>
    public Variable Get(GraphOperation node) => _byNode.GetOrAdd(
        node, static (node, variables) => variables.GetOrAdd(KeyOf(node), static (_, node) => Create(node), node), _variables);

    /// <summary>What a node says of its variable.</summary>
    public static VariableInfo Describe(GraphOperation node) =>
        new(node.Name, node.DType("dtype"), StaticShape(node), node.Type == "VarHandleOp", IsInitialized: false);

    public void Clear()
    {
        foreach (Variable variable in _variables.Values)
        {
            variable.Reset();
        }

        _variables.Clear();
        _byNode.Clear();
    }

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
