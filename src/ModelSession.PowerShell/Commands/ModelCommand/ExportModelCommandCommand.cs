using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Makes a model a module with a command of its own.</summary>
[Cmdlet(VerbsData.Export, "ModelCommand", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportModelCommandCommand : SessionCommand
{
    /// <summary>The folder of the module, whose name becomes the module's, or one below of it that is named for a version: <c>DigitClass/2.0.0</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The folder of the module, whose name becomes the module's, or one below of it that is named for a version.")]
    [Alias("LiteralPath")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The name of the command: an approved verb and a noun, such as <c>Get-DigitClass</c>.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The name of the command: an approved verb and a noun, such as Get-DigitClass.")]
    [ValidateCommandName]
    public string Name { get; set; } = "";

    /// <summary>What the command does, in a sentence.</summary>
    [Parameter(HelpMessage = "What the command does, in a sentence.")]
    [ValidateNotNullOrEmpty]
    public string? Description { get; set; }

    /// <summary>The version of the module; that which the folder is named for by default, or else 1.0.0.</summary>
    [Parameter(HelpMessage = "The version of the module; that which the folder is named for by default, or else 1.0.0.")]
    [ValidateNotNull]
    public Version? Version { get; set; }

    /// <summary>Takes the place of a module of that name that is there.</summary>
    [Parameter(HelpMessage = "Take the place of a module of that name that is there.")]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the manifest's file.</summary>
    [Parameter(HelpMessage = "Emit the manifest's file.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Module";

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        CheckVerb();
        CommandModule module = new(session, ResolvePath(Path), new CommandOptions { Command = Name, Description = Description, Version = Version, Required = Required() });
        if (ShouldProcess(module.Folder, $"Export {session} as a module with the command {Name}"))
        {
            using WorkBar bar = new(this, $"Exporting {session.Name}");
            this.Announce(module.Write(Force, bar.Report, CancelToken));
            if (PassThru)
            {
                WriteObject(InvokeProvider.Item.Get([module.Manifest], force: true, literalPath: true), enumerateCollection: true);
            }
        }
    }

    private void CheckVerb()
    {
        string verb = Name[..Name.IndexOf('-', StringComparison.Ordinal)];
        string[] verbs = [.. s_verbs.SelectMany(group => group.GetFields()).Select(field => field.Name)];
        if (!verbs.Contains(verb, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{verb}' is no verb that PowerShell approves.{NearestNames.Hint(verb, verbs)} Get-Verb lists all; Get fits a question.");
        }
    }

    private static readonly Type[] s_verbs =
        [typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity)];

    private Version Required() => MyInvocation.MyCommand.Module?.Version ?? new Version(0, 0);
}
