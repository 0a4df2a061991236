namespace ModelSessions;

/// <summary>A run was cancelled before it had changed anything, or while it waited for another one, at a queue: nothing that depends on
/// what it waited for was done.</summary>
/// <param name="cancel">What was signalled.</param>
public sealed class WaitCancelledException(CancellationToken cancel) : OperationCanceledException("The run was cancelled before it had done anything, or while it waited at a queue.", cancel);
