using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Gives sessions, or some of their variables, first values again.</summary>
[Cmdlet(VerbsData.Initialize, "ModelSession", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSession))]
public sealed class InitializeModelSessionCommand : SessionCommand
{
    /// <summary>Variables that are initialised; wildcards are allowed. The whole session by default.</summary>
    [Parameter(Position = 0, HelpMessage = "Variables that are initialised; wildcards are allowed. The whole session by default.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Variables that keep their values; wildcards are allowed.</summary>
    [Parameter(HelpMessage = "Variables that keep their values; wildcards are allowed.")]
    [ValidateNotNull]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>A seed for other first values. Without it they are the same again.</summary>
    [Parameter(HelpMessage = "A seed for other first values. Without it they are the same again.")]
    [ValidateNotNull]
    public int? Seed { get; set; }

    /// <summary>Passes the sessions on.</summary>
    [Parameter(HelpMessage = "Pass the sessions on.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        InitializeOptions options = new() { Include = Include, Exclude = Exclude, Seed = Seed };
        string what = Include is null && Exclude.Length == 0 ? "Initialise" : $"Initialise {string.Join(", ", session.ToBeInitialized(options))}";
        if (ShouldProcess(session.ToString(), what))
        {
            IReadOnlyList<string> initialized = session.Initialize(options, CancelToken);
            WriteVerbose($"{session}: {initialized.Count:n0} variables have first values of the seed {Seed ?? session.Seed}.");
        }

        if (PassThru)
        {
            WriteObject(session);
        }
    }
}
