using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that work on sessions of the pipeline, one after the other.</summary>
public abstract class SessionCommand : ModelCmdlet
{
    /// <summary>The sessions, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Works on one session.</summary>
    private protected abstract void Process(ModelSession session);

    /// <inheritdoc/>
    private protected sealed override void Process()
    {
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Process(session));
        }
    }
}
