namespace ModelSessions;

/// <content>Summaries.</content>
public sealed partial class GraphBuilder
{
    /// <summary>What a graph tells TensorBoard about a run: <c>tf.summary</c>.</summary>
    public SummaryBuilder Summaries => field ??= new SummaryBuilder(this);
}
