namespace ModelSessions;

/// <content>Datasets that are part of the graph.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Datasets in the graph: <c>tf.data</c>.</summary>
    public DatasetBuilder Datasets => field ??= new DatasetBuilder(this);
}
