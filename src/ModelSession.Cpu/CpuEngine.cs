using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels;
using ModelSessions.Cpu.Planning;
using ModelSessions.Graphs.Functions;

namespace ModelSessions;

/// <summary>The embedded engine: runs graphs in managed code, without any native library.</summary>
public sealed class CpuEngine : IEngine
{
    /// <summary>The op kinds that it has kernels for, sorted.</summary>
    public static IReadOnlyList<string> Ops => [.. KernelTable.Instance.Ops.Order(StringComparer.Ordinal)];

    /// <summary>Whether the kernel of an op kind takes a type for a type attribute.</summary>
    public static bool Takes(string op, string attribute, DType type) => KernelTable.Instance.Takes(op, attribute, type);

    /// <inheritdoc/>
    public string Name => "Embedded";

    /// <inheritdoc/>
    public string Description => "the engine in C# that is part of ModelSession";

    /// <inheritdoc/>
    public IEngineSession Open(Graph graph, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        return new CpuSession(this, graph, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Unsupported(Graph graph, IEnumerable<string> targets)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(targets);
        IEnumerable<GraphOperation> roots = targets.Select(name => graph.Find(name) ?? graph.Tensor(name).Operation);
        return Lacking(Closure.Of(roots, new HashSet<GraphTensor>()));
    }

    internal static IReadOnlyList<string> Lacking(IEnumerable<GraphOperation> nodes)
    {
        SortedSet<string> missing = new(StringComparer.Ordinal);
        HashSet<FunctionGraph> seen = new(ReferenceEqualityComparer.Instance);
        Stack<IEnumerable<GraphOperation>> open = new([nodes]);
        while (open.TryPop(out IEnumerable<GraphOperation>? next))
        {
            foreach (GraphOperation node in next)
            {
                if (KernelTable.Instance.Lacks(node) is { } lacking)
                {
                    missing.Add(lacking);
                }

                foreach (FunctionGraph called in Called(node).Where(seen.Add))
                {
                    open.Push(Closure.Of(called.Roots, new HashSet<GraphTensor>(called.Arguments)));
                }
            }
        }

        return [.. missing];
    }

    // What is differentiated is not called itself.
    private static IEnumerable<FunctionGraph> Called(GraphOperation node) => node.Graph.Library.Function.Count == 0 || node.Type == "SymbolicGradient"
        ? []
        : FunctionCalls.Of(node).Select(call => node.Graph.Functions.Get(node.Graph, call));
}
