using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Copies checkpoints, with their graphs, into a folder; its state file lists them.</summary>
[Cmdlet(VerbsCommon.Copy, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class CopyModelCheckpointCommand : CheckpointCommand
{
    private bool _named;

    /// <summary>The folder into which it is copied; it is made if it is not there.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The folder into which it is copied; it is made if it is not there.")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The copy's name, iteration and all, such as <c>best</c>; the same by default.</summary>
    [Parameter(HelpMessage = "The copy's name, iteration and all, such as best; the same by default.")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Protects the copy from being removed when newer checkpoints are saved.</summary>
    [Parameter(HelpMessage = "Protect the copy from being removed when newer checkpoints are saved.")]
    public SwitchParameter Keep { get; set; }

    /// <summary>Emits the copy.</summary>
    [Parameter(HelpMessage = "Emit the copy.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(CheckpointInfo checkpoint)
    {
        if (Name is not null && _named)
        {
            throw new ArgumentException($"'{Name}' is the name of the copy before. Copy one checkpoint with -Name, or several without.");
        }

        _named = true;
        string folder = ResolvePath(Destination);
        if (ShouldProcess(System.IO.Path.Combine(folder, Name ?? checkpoint.Name), $"Copy checkpoint {checkpoint.Prefix}"))
        {
            using WorkBar bar = new(this, $"Copying {checkpoint.Name}");
            CheckpointInfo copy = CheckpointFolder.Copy(checkpoint, folder, Name, progress: bar.Report, cancel: CancelToken);
            copy = Keep ? CheckpointFolder.Keep(copy) : copy;
            if (PassThru)
            {
                WriteObject(copy);
            }
        }
    }
}
