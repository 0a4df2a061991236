using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What of a graph goes into a MetaGraph, and how; TensorFlow's <c>export_meta_graph</c>.</summary>
public sealed record MetaGraphExportOptions
{
    /// <summary>The scope that is exported, which names lose; inputs from outside become <c>$unbound_inputs_…</c>. Empty for all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whether nodes lose the devices that they ask for.</summary>
    public bool ClearDevices { get; init; }

    /// <summary>Whether attributes that have their default are left out, so that an older TensorFlow reads the graph.</summary>
    public bool StripDefaultAttributes { get; init; }

    /// <summary>The nodes that save and restore; null for none, or for a session's own.</summary>
    public SaverDef? Saver { get; init; }

    /// <summary>Whether the MetaGraph does not tell which nodes save and restore, whatever <see cref="Saver"/> is.</summary>
    public bool OmitSaver { get; init; }

    /// <summary>Signatures by name.</summary>
    public IReadOnlyDictionary<string, SignatureDef> Signatures { get; init; } = new Dictionary<string, SignatureDef>();

    /// <summary>Tags, as in a SavedModel.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
