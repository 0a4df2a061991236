using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels;
using ModelSessions.Cpu.Planning;

namespace ModelSessions;

/// <summary>The embedded engine: runs graphs in managed code, without any native library.</summary>
public sealed class CpuEngine : IEngine
{
    /// <summary>The op kinds that it has kernels for, sorted.</summary>
    public static IReadOnlyList<string> Ops => [.. KernelTable.Instance.Ops.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public string Name => "Embedded";

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

    internal static IReadOnlyList<string> Lacking(IEnumerable<GraphOperation> nodes) =>
    [
        .. nodes.Select(KernelTable.Instance.Lacks).OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];
}
