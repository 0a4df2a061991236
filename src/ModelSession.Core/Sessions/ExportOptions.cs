namespace ModelSessions;

/// <summary>How a session's graph is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>The form; null for the one that the path's extension tells: <c>.pb</c>, <c>.pbtxt</c>, <c>.meta</c>, a SavedModel without one.</summary>
    public GraphFormat? Format { get; init; }

    /// <summary>Whether variables become constants.</summary>
    public bool Frozen { get; init; }

    /// <summary>Roles or names of what is wanted of the graph: it is cut down to what these need. Null for the whole graph, or, frozen, for
    /// outputs that are guessed.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>Of a frozen graph, the variables that become constants; null for all.</summary>
    public IReadOnlyCollection<string>? Include { get; init; }

    /// <summary>Of a frozen graph, variables that stay variables; null for none.</summary>
    public IReadOnlyCollection<string>? Exclude { get; init; }

    /// <summary>Of a SavedModel, what can be run by name; null for the session's own signatures.</summary>
    public IReadOnlyList<SignatureInfo>? Signatures { get; init; }

    /// <summary>Of a SavedModel, its tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = ["serve"];

    /// <summary>Whether a <c>.meta</c> or a SavedModel is written as text.</summary>
    public bool AsText { get; init; }

    /// <summary>Of a <c>.meta</c>, the scope that is exported; empty for all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whether nodes lose the devices that they ask for.</summary>
    public bool ClearDevices { get; init; }

    /// <summary>Of a <c>.meta</c> or a SavedModel, whether attributes that have their default are left out.</summary>
    public bool StripDefaultAttributes { get; init; }

    /// <summary>Whether a SavedModel takes the place of another in the same folder.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Is told how many bytes of the variables' values are taken.</summary>
    public Action<WorkProgress>? Progress { get; init; }
}
