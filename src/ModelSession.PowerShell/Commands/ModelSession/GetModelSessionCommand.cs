using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists the sessions of this process that are open.</summary>
[Cmdlet(VerbsCommon.Get, "ModelSession", DefaultParameterSetName = "Name")]
[OutputType(typeof(ModelSession))]
public sealed class GetModelSessionCommand : ModelCmdlet
{
    /// <summary>Names of models, such as <c>Mnist</c>; wildcards are allowed. All by default.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name", HelpMessage = "Names of models, such as Mnist; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The numbers of sessions, which the list shows.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id", HelpMessage = "The number of a session, which the list shows.")]
    [ArgumentCompleter(typeof(SessionIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Only sessions with this folder; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Name", HelpMessage = "Only sessions with this folder; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Directory { get; set; }

    // A folder's own name may have letters such as '[' in it.
    private static bool IsFolder(string pattern, string folder) => pattern == folder || new WildcardPattern(pattern).IsMatch(folder);

    /// <inheritdoc/>
    private protected override void Process()
    {
        IReadOnlyList<ModelSession> found = ParameterSetName == "Id" ? LiveSessions.Find(Id, LiveSessions.OfId, WriteError)
            : Name.Length > 0 ? LiveSessions.Find(Name, LiveSessions.OfName, WriteError)
            : ModelSession.Live;
        string? folder = Directory is null ? null : Path.TrimEndingDirectorySeparator(ResolvePath(Directory));
        WriteObject(found.Where(session => folder is null || (session.Directory is { } own && IsFolder(folder, Path.TrimEndingDirectorySeparator(own)))), enumerateCollection: true);
    }
}
