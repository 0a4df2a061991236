using System.Collections.Concurrent;
using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Execution;

/// <summary>The functions of a session's graph: calls of one with the same attributes share its plan and the state of its nodes.</summary>
/// <param name="session">The session.</param>
/// <param name="root">The store that lends functions without a state; null if this is it.</param>
internal sealed class FunctionStore(CpuSession session, FunctionStore? root)
{
    private readonly ConcurrentDictionary<FunctionGraph, Function> _functions = new(ReferenceEqualityComparer.Instance);

    /// <summary>The function that a node's attribute names.</summary>
    /// <exception cref="GraphException">There is no such attribute or function.</exception>
    public Function Get(GraphOperation node, string attribute) =>
        Get(node, node.Attributes.GetValueOrDefault(attribute)?.Func ?? throw NoFunction(node, attribute));

    public Function Get(GraphOperation node, NameAttrList call) => Get(node.Graph.Functions.Get(node.Graph, call));

    /// <summary>The gradients of the function that a SymbolicGradient node names.</summary>
    public Function Gradient(GraphOperation node)
    {
        NameAttrList function = node.Attributes.GetValueOrDefault("f")?.Func ?? throw NoFunction(node, "f");
        return new Function(session, SymbolicGradients.Build(node.Graph, function, [.. node.Outputs.Select(output => output.DType)]));
    }

    /// <summary>The function whose name a node's op kind is.</summary>
    public Function Named(GraphOperation node) => Get(node, FunctionCalls.Named(node) ?? throw NoFunction(node, node.Type));

    public void Clear() => _functions.Clear();

    private Function Get(FunctionGraph function) => root is not null && function.Effects.Count == 0
        ? root.Get(function)
        : _functions.GetOrAdd(function, graph => new Function(session, graph));

    private static GraphException NoFunction(GraphOperation node, string name) =>
        new(StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Type}) names no function by '{name}'.", node.Name);
}
