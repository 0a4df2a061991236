using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>What is told of a session that was opened, or exported.</summary>
internal static class SessionMessages
{
    /// <summary>Warns of what something is to be done about, and tells what else is remarkable of an export with -Verbose.</summary>
    public static void Announce(this PSCmdlet cmdlet, ExportResult result)
    {
        foreach (string warning in result.Warnings)
        {
            cmdlet.WriteWarning(warning);
        }

        foreach (string note in result.Notes)
        {
            cmdlet.WriteVerbose(note);
        }
    }

    /// <summary>Notes whose session it is, warns of what was remarkable, shows which roles were guessed, and tells the rest with -Verbose.</summary>
    public static void Announce(this PSCmdlet cmdlet, ModelSession session)
    {
        OwnedSessions.Add(session);
        foreach (string warning in session.Warnings)
        {
            cmdlet.WriteWarning(warning);
        }

        if (session.RolesGuessed.Count > 0)
        {
            cmdlet.WriteWarning(
                $"The graph has no binding of its own; these roles are guessed: {string.Join(", ", session.RolesGuessed.Select(pair => $"{pair.Key} = '{pair.Value}'"))}. If one is wrong, restore with -Binding @{{ role = 'name' }}.");
        }

        cmdlet.WriteVerbose(
            $"{session} (session {session.Id}): {session.Graph.Count:n0} operations, {session.Variables.Count:n0} variables; seed {session.Seed}; bound are {Roles(session)}. It runs on the engine {session.EngineName}, {session.EngineReason}.");
        PlanMessages.TellAll(cmdlet, session);
    }

    /// <summary>Warns, before anything is written, where a folder holds checkpoints of another model.</summary>
    public static void WarnOfOtherModel(this PSCmdlet cmdlet, ModelSession session, string? folder)
    {
        if (session.OtherModelIn(folder) is { } warning)
        {
            cmdlet.WriteWarning(warning);
        }
    }

    // Hyperparameters and metrics are told by their number: of a large model they are many.
    private static string Roles(ModelSession session)
    {
        string[] plain = [.. session.Binding.Names.Keys.Where(role => !role.Contains('.', StringComparison.Ordinal))];
        int rest = session.Binding.Names.Count - plain.Length;
        return string.Join(", ", plain) + (rest == 0 ? plain.Length == 0 ? "no names" : "" : plain.Length == 0 ? $"{rest:n0} names" : $" and {rest:n0} more");
    }
}
