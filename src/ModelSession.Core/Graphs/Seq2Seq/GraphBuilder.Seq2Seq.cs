namespace ModelSessions;

/// <content>From sequence to sequence.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Attention, decoders and losses of sequences: <c>tf.contrib.seq2seq</c>.</summary>
    public Seq2SeqBuilder Seq2Seq => field ??= new Seq2SeqBuilder(this);
}
