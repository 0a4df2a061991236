namespace ModelSessions;

/// <summary>What TensorFlow's supervised sessions want of a graph before it is trained: <c>tf.train.Scaffold</c>.</summary>
/// <param name="InitOp">Gives all saved variables their first values.</param>
/// <param name="ReadyOp">The names of variables that have no value yet, local ones among them; empty if all is ready.</param>
/// <param name="ReadyForLocalInitOp">As above, without local variables.</param>
/// <param name="LocalInitOp">Gives local variables their first values and fills tables.</param>
/// <param name="SummaryOp">All summaries by one tensor; null if there are none.</param>
public sealed record TrainingScaffold(
    GraphOperation InitOp, GraphTensor ReadyOp, GraphTensor ReadyForLocalInitOp, GraphOperation LocalInitOp, GraphTensor? SummaryOp);
