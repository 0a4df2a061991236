namespace ModelSessions;

/// <summary>How a graph, or a scope of it, is copied into another.</summary>
public sealed record GraphCopyOptions
{
    /// <summary>The scope of the source that is copied; empty for all.</summary>
    public string From { get; init; } = "";

    /// <summary>The scope of the copy; a scope that is in use gets a suffix. Empty for none.</summary>
    public string To { get; init; } = "";

    /// <summary>Tensors of the target for inputs of the copy, by the source's names: the output of one model into another. All inputs from
    /// outside of a copied scope must be there.</summary>
    public IReadOnlyDictionary<string, GraphTensor> Inputs { get; init; } = new Dictionary<string, GraphTensor>();

    /// <summary>Whether gradients end where the target's tensors enter the copy, so that training the copy leaves what they come from as
    /// it is.</summary>
    public bool StopGradients { get; init; }

    /// <summary>What of the source is to be given back as it is in the target: tensors by <c>name:0</c>, operations by <c>name</c>.</summary>
    public IReadOnlyList<string> ReturnElements { get; init; } = [];

    /// <summary>Whether nodes lose the devices that they ask for.</summary>
    public bool ClearDevices { get; init; }
}
