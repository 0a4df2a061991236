namespace ModelSessions.PowerShell;

/// <summary>Scripts whose runspace is gone: of them PowerShell says no more than that a reference is null; what scripts do wrong themselves it wraps.</summary>
internal static class ClosedRunspace
{
    /// <summary>The error that tells so.</summary>
    public static ArgumentException Of(string what, NullReferenceException cause) =>
        new($"{what} was made in a runspace that is closed: by ForEach-Object -Parallel, or in a thread job that has ended. Make it where it is used.", cause);
}
