using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Makes a second session of the same graph that stands where the first one stands.</summary>
[Cmdlet(VerbsCommon.Copy, "ModelSession")]
[OutputType(typeof(ModelSession))]
public sealed class CopyModelSessionCommand : SessionCommand
{
    /// <summary>The copy's own folder, where its checkpoints go unless told otherwise; none by default.</summary>
    [Parameter(Position = 0, HelpMessage = "The copy's own folder, where its checkpoints go unless told otherwise; none by default.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>The engine that runs the copy; chosen as the session's was by default.</summary>
    [Parameter(HelpMessage = "The engine that runs the copy; chosen as the session's was by default.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        using WorkBar bar = new(this, $"Copying {session.Name}");
        ModelSession copy = session.Copy(Directory is null ? null : ResolvePath(Directory), Engine, bar.Report, CancelToken);
        OwnedSessions.Add(copy);
        WriteVerbose($"{copy} (session {copy.Id}) is a copy of session {session.Id}, on the engine {copy.EngineName}.");
        WriteObject(copy);
    }
}
