using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ModelSessions.PowerShell;

/// <summary>Which runspace a session was made in. Sessions that nobody holds any more are not kept alive by it.</summary>
internal static class OwnedSessions
{
    private static readonly ConditionalWeakTable<ModelSession, object> s_owners = [];

    /// <summary>Notes that a session was made in the runspace of this thread.</summary>
    public static void Add(ModelSession session)
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            s_owners.AddOrUpdate(session, runspace.InstanceId);
        }
    }

    /// <summary>Closes what was made in the runspace of this thread; others of the process keep theirs.</summary>
    public static void Close()
    {
        foreach (ModelSession session in ModelSession.Live)
        {
            if (s_owners.TryGetValue(session, out object? owner) && owner.Equals(Runspace.DefaultRunspace?.InstanceId))
            {
                session.Dispose();
            }
        }
    }
}
