using System.Text.RegularExpressions;

namespace ModelSessions;

/// <summary>Summaries for TensorBoard, with the nodes and tags of <c>tf.summary</c>; the collection <c>summaries</c> lists them.</summary>
public sealed partial class SummaryBuilder
{
    // SummaryMetadata { plugin_data { plugin_name: "text" } }
    private static readonly byte[] s_textMetadata = [0x0A, 0x06, 0x0A, 0x04, (byte)'t', (byte)'e', (byte)'x', (byte)'t'];

    private readonly GraphBuilder _g;

    internal SummaryBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A number.</summary>
    /// <param name="name">The tag's last part; what no name of a node may have becomes <c>_</c>.</param>
    /// <param name="value">A real scalar.</param>
    /// <param name="family">Put before the tag, so that TensorBoard shows families together.</param>
    /// <param name="collection">The collection that lists it; the usual one if null.</param>
    public GraphTensor Scalar(string name, GraphTensor value, string? family = null, string? collection = null) => Add(name, family, collection, (tag, scope) =>
        _g.Add("ScalarSummary", scope, null, Text(tag, "tags"), value));

    /// <summary>How values are distributed.</summary>
    /// <inheritdoc cref="Scalar"/>
    /// <param name="name">The tag's last part.</param>
    /// <param name="values">Real numbers of any shape.</param>
    /// <param name="family">Put before the tag.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphTensor Histogram(string name, Operand values, string? family = null, string? collection = null) => Add(name, family, collection, (tag, scope) =>
    {
        GraphTensor label = Text(tag, "tag");
        return _g.Add("HistogramSummary", scope, null, label, values);
    });

    /// <summary>Images [batch, height, width, channels], with 1, 3 or 4 channels.</summary>
    /// <inheritdoc cref="Scalar"/>
    /// <param name="name">The tag's last part.</param>
    /// <param name="images">The images.</param>
    /// <param name="maxOutputs">How many of a batch are shown.</param>
    /// <param name="family">Put before the tag.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphTensor Image(string name, GraphTensor images, int maxOutputs = 3, string? family = null, string? collection = null) => Add(name, family, collection, (tag, scope) =>
        _g.Add("ImageSummary", scope, new() { ["max_images"] = maxOutputs }, Text(tag, "tag"), images));

    /// <summary>Sounds [batch, samples] or [batch, samples, channels], from −1 to 1.</summary>
    /// <inheritdoc cref="Scalar"/>
    /// <param name="name">The tag's last part.</param>
    /// <param name="sounds">The sounds.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="maxOutputs">How many of a batch can be heard.</param>
    /// <param name="family">Put before the tag.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphTensor Audio(string name, GraphTensor sounds, double sampleRate, int maxOutputs = 3, string? family = null, string? collection = null) => Add(name, family, collection, (tag, scope) =>
    {
        GraphTensor rate = _g.Constant(sampleRate, DType.Float32, null, "sample_rate");
        return _g.Add("AudioSummaryV2", scope, new() { ["max_outputs"] = maxOutputs }, Text(tag, "tag"), sounds, rate);
    });

    /// <summary>Texts, as Markdown.</summary>
    /// <inheritdoc cref="Scalar"/>
    /// <param name="name">The tag's last part.</param>
    /// <param name="text">Strings.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphTensor Words(string name, GraphTensor text, string? collection = null) => Add(name, null, collection, (tag, scope) =>
    {
        Tensor metadata = Tensor.Zeros(DType.String, ModelSessions.Shape.Scalar);
        metadata.Objects[0] = s_textMetadata;
        GraphTensor label = Text(tag, "tag");
        return _g.Add("TensorSummaryV2", scope, null, label, text, _g.Constant(metadata, "serialized_summary_metadata"));
    });

    /// <summary>All of some summaries by one tensor.</summary>
    /// <param name="summaries">The summaries.</param>
    /// <param name="name">The scope; <c>Merge</c> if null.</param>
    public GraphTensor Merge(IReadOnlyList<GraphTensor> summaries, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? "Merge" : name);
        return _g.Add("MergeSummary", "MergeSummary", new() { ["N"] = summaries.Count }, [.. summaries.Select(summary => (Operand)summary)]);
    }

    /// <summary>All summaries of a collection by one tensor; null if there are none.</summary>
    /// <param name="collection">The collection; the usual one if null.</param>
    /// <param name="name">The scope; <c>Merge</c> if null.</param>
    public GraphTensor? MergeAll(string? collection = null, string? name = null)
    {
        GraphTensor[] all = [.. _g.Graph.Collections.Names(string.IsNullOrEmpty(collection) ? CollectionKeys.Summaries : collection).Select(_g.Graph.Tensor)];
        return all.Length == 0 ? null : Merge(all, name);
    }

    private GraphTensor Add(string name, string? family, string? collection, Func<string, string, GraphTensor> add)
    {
        family = string.IsNullOrEmpty(family) ? null : Clean(family);
        string clean = Clean(name);
        // The family stands before the name of the scope, and once more before the tag.
        using GraphScope scope = _g.NameScope(family is null ? clean : $"{family}/{clean}");
        string tag = family is null ? scope.Name[..^1] : $"{family}/{scope.Name[..^1]}";
        GraphTensor summary = add(tag, scope.Name);
        _g.AddToCollection(string.IsNullOrEmpty(collection) ? CollectionKeys.Summaries : collection, summary);
        return summary;
    }

    private GraphTensor Text(string tag, string name) => _g.Constant(Tensor.Scalar(tag), name);

    private static string Clean(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return IllegalCharacters().Replace(name, "_").TrimStart('/');
    }

    [GeneratedRegex(@"[^-/\w\.]")]
    private static partial Regex IllegalCharacters();
}
