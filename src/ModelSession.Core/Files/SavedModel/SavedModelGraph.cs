using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>One of the graphs of a SavedModel.</summary>
/// <param name="Tags">The tags by which it is chosen.</param>
/// <param name="Signatures">What can be run by name.</param>
/// <param name="Assets">The files that it brings along.</param>
/// <param name="NodeCount">The number of its nodes.</param>
/// <param name="FunctionCount">The number of its functions.</param>
/// <param name="TensorFlowVersion">The version that wrote it.</param>
public sealed record SavedModelGraph(
    IReadOnlyList<string> Tags, IReadOnlyList<SignatureInfo> Signatures, IReadOnlyList<SavedModelAsset> Assets, int NodeCount, int FunctionCount, string TensorFlowVersion)
{
    /// <summary><c>serve: serving_default</c>.</summary>
    public override string ToString() => $"{string.Join(", ", Tags)}: {string.Join(", ", Signatures.Select(signature => signature.Name))}";

    internal static SavedModelGraph From(MetaGraphDef meta) => new(
        [.. meta.MetaInfoDef?.Tags ?? []],
        SignatureInfo.ListOf(meta.SignatureDef),
        SavedModelAsset.ListOf(meta),
        meta.GraphDef?.Node.Count ?? 0,
        meta.GraphDef?.Library?.Function.Count ?? 0,
        meta.MetaInfoDef?.TensorflowVersion ?? "");
}
