using System.Management.Automation;
using System.Management.Automation.Host;

namespace ModelSessions.PowerShell;

/// <summary>Closes sessions, which frees their memory. Training that is not saved is asked about.</summary>
[Cmdlet(VerbsCommon.Remove, "ModelSession", DefaultParameterSetName = "Session", SupportsShouldProcess = true)]
public sealed class RemoveModelSessionCommand : ModelCmdlet
{
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>The sessions.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession, Restore-ModelSession or Get-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Names of models, such as <c>Mnist</c>; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name", HelpMessage = "The name of a model, such as Mnist; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The numbers of sessions, which Get-ModelSession shows.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id", HelpMessage = "The number of a session, which Get-ModelSession shows.")]
    [ArgumentCompleter(typeof(SessionIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Closes sessions whose training is not saved without asking.</summary>
    [Parameter(HelpMessage = "Close sessions whose training is not saved without asking.")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        IReadOnlyList<ModelSession> sessions = ParameterSetName switch
        {
            "Name" => LiveSessions.Find(Name, LiveSessions.OfName, WriteError),
            "Id" => LiveSessions.Find(Id, LiveSessions.OfId, WriteError),
            _ => Session,
        };
        foreach (ModelSession session in sessions)
        {
            Guard(session, () => Remove(session));
        }
    }

    private void Remove(ModelSession session)
    {
        string name = session.ToString();
        string loss = session.UnsavedSteps > 0 ? $", losing training that is not saved (steps: {session.UnsavedSteps:n0})" : "";
        if (ShouldProcess(name, $"Close{loss}") && (session.UnsavedSteps == 0 || MayLose(session, name)))
        {
            session.Dispose();
            WriteVerbose($"Closed '{name}'{loss}.");
        }
    }

    // Who answers -Confirm, or says that it is not wanted, has been asked.
    private bool MayLose(ModelSession session, string name)
    {
        if (Force || MyInvocation.BoundParameters.ContainsKey("Confirm"))
        {
            return true;
        }

        try
        {
            return ShouldContinue($"Training of '{name}' is not saved (steps: {session.UnsavedSteps:n0}) and will be lost. Close it?", "Unsaved training", ref _yesToAll, ref _noToAll);
        }
        // At the end of an input that is no terminal, pwsh's host throws the last.
        catch (Exception nobody) when (nobody is HostException or InvalidOperationException or NotImplementedException or NullReferenceException)
        {
            WriteError(ErrorMap.NotSaved(session));
            return false;
        }
    }
}
