namespace ModelSessions.Cpu.Numerics;

/// <summary>The cancellation of the run that a thread works for. Long kernels look at it here between pieces of work, some microseconds
/// to milliseconds each, so that none needs to be handed it.</summary>
internal static class Interruption
{
    [ThreadStatic]
    private static CancellationToken _token;

    /// <summary>The token of this thread's run.</summary>
    public static CancellationToken Token => _token;

    /// <summary>Works for a run, until it is disposed of.</summary>
    public static Scope By(CancellationToken token) => new(token);

    /// <summary>Has this thread's run go on although it is cancelled, to its end.</summary>
    public static void Ignore() => _token = CancellationToken.None;

    /// <summary>Ends the kernel if its run was cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void Check() => _token.ThrowIfCancellationRequested();

    /// <summary>The time that a thread works for a run. Runs may begin inside of one another.</summary>
    public readonly ref struct Scope
    {
        private readonly CancellationToken _before = _token;

        public Scope(CancellationToken token) => _token = token;

        public void Dispose() => _token = _before;
    }
}
