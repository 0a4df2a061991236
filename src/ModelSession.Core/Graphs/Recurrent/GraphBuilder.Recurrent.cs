namespace ModelSessions;

/// <content>The families of parts of models.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Recurrent networks: <c>tf.nn.static_rnn</c>, <c>tf.nn.dynamic_rnn</c>.</summary>
    public RnnBuilder Rnn => field ??= new RnnBuilder(this);
}
