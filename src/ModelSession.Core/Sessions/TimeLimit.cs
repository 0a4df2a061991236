namespace ModelSessions;

/// <summary>Runs that may take only so long.</summary>
internal static class TimeLimit
{
    /// <summary>Runs something, and cancels it when the time is up.</summary>
    /// <exception cref="EngineException">The time was up (DeadlineExceeded).</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static void Run(TimeSpan? limit, Action<CancellationToken> run, CancellationToken cancel)
    {
        if (limit is not { } time)
        {
            run(cancel);
            return;
        }

        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (time > TimeSpan.Zero)
        {
            limited.CancelAfter(time);
        }
        else
        {
            limited.Cancel();
        }

        try
        {
            run(limited.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            string state = e is WaitCancelledException ? "it has changed nothing" : "it may have changed some variables";
            throw new EngineException(
                StatusCode.DeadlineExceeded, $"The run took longer than its limit of {time.TotalSeconds:0.###} s; {state}. Give it more time, or less to do.", innerException: e);
        }
    }
}
