using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A graph on the way to a session: what a file gave.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Record">What is known of it from a session of ours; empty for a graph of TensorFlow's.</param>
/// <param name="Saver">The nodes that save and restore; null if it says nothing of them.</param>
/// <param name="Place">The file, as a sentence begins with it.</param>
internal sealed record ModelOpening(Graph Graph, SessionRecord Record, SaverDef? Saver, string Place)
{
    /// <summary>What can be run by name.</summary>
    public IReadOnlyList<SignatureInfo> Signatures { get; init; } = [];

    /// <summary>Files whose paths were fed to tensors at the start.</summary>
    public IReadOnlyList<(string Tensor, string Path)> Assets { get; init; } = [];

    /// <summary>What is remarkable.</summary>
    public List<string> Warnings { get; init; } = [];
}
