using ModelSessions.Graphs.Gradients;

namespace ModelSessions;

/// <summary>What surrounds the next operation: name scope, control dependencies, device, colocation. Never changed, only replaced.</summary>
internal sealed record BuilderState
{
    /// <summary>The name scope, without a slash at its end; empty at the top.</summary>
    public string Scope { get; init; } = "";

    /// <summary>The innermost scope of control dependencies.</summary>
    public ControlScope? Controls { get; init; }

    /// <summary>The device that operations ask for; empty if any.</summary>
    public string Device { get; init; } = "";

    /// <summary>Operations to be placed with, innermost last.</summary>
    public IReadOnlyList<GraphOperation> Colocation { get; init; } = [];

    /// <summary>A colocation group for operations that are made before the one they belong to; null if none.</summary>
    public string? Group { get; init; }

    /// <summary>The variable scope that is open; null at the top.</summary>
    public VariableScope? Variables { get; init; }

    /// <summary>The shape of the whole variable of which a part is initialised; null if it is no part.</summary>
    public Shape? WholeShape { get; init; }

    /// <summary>The branch or loop that operations are built in; null at the top.</summary>
    public FlowContext? Flow { get; init; }

    /// <summary>The control flow of the differentiation under way; null if there is none.</summary>
    public FlowGradients? FlowGradients { get; init; }
}

/// <summary>Operations that everything built inside must wait for.</summary>
internal sealed class ControlScope(ControlScope? outer, IReadOnlyList<GraphOperation> operations)
{
    private readonly HashSet<GraphOperation> _inside = [];

    public ControlScope? Outer { get; } = outer;

    public IReadOnlyList<GraphOperation> Operations { get; } = operations;

    /// <summary>Whether an operation was built inside, so that what depends on it waits already.</summary>
    public bool Contains(GraphOperation operation) => _inside.Contains(operation);

    public void Record(GraphOperation operation) => _inside.Add(operation);
}

/// <summary>A scope of a <see cref="GraphBuilder"/>; ends when it is disposed.</summary>
public sealed class GraphScope : IDisposable
{
    private readonly GraphBuilder _builder;
    private readonly BuilderState _before;

    internal GraphScope(GraphBuilder builder, BuilderState before, string name)
    {
        _builder = builder;
        _before = before;
        Name = name;
    }

    /// <summary>The name scope with a slash at its end, which gives an operation (or a scope entered anew) exactly that name; empty at
    /// the top.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public void Dispose() => _builder.State = _before;
}
