namespace ModelSessions;

/// <summary>A run was cancelled while it waited for another one, at a queue: nothing that depends on what it waited for was done.</summary>
/// <param name="cancel">What was signalled.</param>
public sealed class WaitCancelledException(CancellationToken cancel) : OperationCanceledException("The run was cancelled while it waited at a queue.", cancel);
