using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Saves a checkpoint that this module and TensorFlow restore.</summary>
[Cmdlet(VerbsData.Save, "ModelCheckpoint", DefaultParameterSetName = "Iteration", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class SaveModelCheckpointCommand : SessionCommand
{
    /// <summary>The folder; the session's own by default. It is made if it is not there.</summary>
    [Parameter(Position = 0, HelpMessage = "The folder of checkpoints; the session's own by default.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The beginning of the files' names; the iteration follows.</summary>
    [Parameter(HelpMessage = "The beginning of the files' names; the iteration follows.")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = ModelSession.DefaultCheckpointName;

    /// <summary>The number at the end of the name; the session's iteration by default.</summary>
    [Parameter(ParameterSetName = "Iteration", HelpMessage = "The number at the end of the name; the session's iteration by default.")]
    public long? Iteration { get; set; }

    /// <summary>Leaves the iteration out of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoIteration", HelpMessage = "Leave the iteration out of the name.")]
    public SwitchParameter NoIteration { get; set; }

    /// <summary>Writes the iteration with at least eight digits, so that names are listed in their order.</summary>
    [Parameter(ParameterSetName = "Iteration", HelpMessage = "Write the iteration with at least eight digits, so that names are listed in their order.")]
    public SwitchParameter PadIteration { get; set; }

    /// <summary>How many checkpoints of this name stay in the folder; 0 = all. The session's option by default.</summary>
    [Parameter(HelpMessage = "How many checkpoints of this name stay in the folder; 0 = all.")]
    [ValidateRange(0, int.MaxValue)]
    public int MaxToKeep { get; set; }

    /// <summary>One checkpoint in so many hours stays for good.</summary>
    [Parameter(HelpMessage = "One checkpoint in so many hours stays for good.")]
    [ValidateRange(0d, double.MaxValue)]
    public double KeepEveryHours { get; set; }

    /// <summary>Protects this checkpoint from being removed when newer ones are saved.</summary>
    [Parameter(HelpMessage = "Protect this checkpoint from being removed when newer ones are saved.")]
    public SwitchParameter Keep { get; set; }

    /// <summary>Variables that are saved; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Variables that are saved; wildcards are allowed. All by default.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Variables that are left out; wildcards are allowed.</summary>
    [Parameter(HelpMessage = "Variables that are left out; wildcards are allowed.")]
    [ValidateNotNull]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Variables by other names in the checkpoint: <c>@{ 'dense_1/kernel' = 'dense/kernel' }</c>. Others are left out, unless
    /// they are included.</summary>
    [Parameter(HelpMessage = "Variables by other names in the checkpoint, such as @{ 'dense_1/kernel' = 'dense/kernel' }. Others are left out, unless they are included.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(MapCompleter))]
    public IDictionary? Map { get; set; }

    /// <summary>Writes the variables of each device into a data file of their own.</summary>
    [Parameter(HelpMessage = "Write the variables of each device into a data file of their own.")]
    public SwitchParameter Sharded { get; set; }

    /// <summary>Writes TensorFlow's first format, for readers of its first year.</summary>
    [Parameter(HelpMessage = "Write TensorFlow's first format, for readers of its first year.")]
    public SwitchParameter FirstFormat { get; set; }

    /// <summary>The name of the state file, which names the newest checkpoint.</summary>
    [Parameter(HelpMessage = "The name of the state file, which names the newest checkpoint.")]
    [ValidateNotNullOrEmpty]
    public string StateFile { get; set; } = CheckpointFolder.DefaultStateFile;

    /// <summary>Writes no state file: older checkpoints stay, and none is removed for this one.</summary>
    [Parameter(HelpMessage = "Write no state file: this checkpoint does not count as the newest, and none is removed for it.")]
    public SwitchParameter NoState { get; set; }

    /// <summary>Writes no .meta file.</summary>
    [Parameter(HelpMessage = "Write no .meta file.")]
    public SwitchParameter NoGraph { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        if (Sharded && FirstFormat)
        {
            throw new ArgumentException("The first format is written as one file. Leave out -Sharded or -FirstFormat.");
        }

        string? folder = Path is null ? session.Directory : ResolvePath(Path);
        if (ShouldProcess(folder ?? session.ToString(), $"Save checkpoint of {session}"))
        {
            this.WarnOfOtherModel(session, folder);
            Saver saver = SaverOf(session);
            using WorkBar bar = new(this, $"Saving {session.Name}");
            CheckpointInfo saved = saver.Save(
                new SaveOptions
                {
                    Folder = folder,
                    Name = Name,
                    Iteration = Iteration,
                    WithIteration = !NoIteration,
                    StateFile = StateFile,
                    WriteState = !NoState,
                    WriteGraph = !NoGraph,
                    Keep = Keep,
                    Progress = bar.Report,
                },
                CancelToken);
            WriteVerbose($"{session}: {saver.Variables.Count:n0} variables are saved as '{saved.Prefix}'{(saved.HasGraph ? ", with the graph" : "")}.");
            WriteObject(saved);
        }
    }

    // The session's own, unless it is told otherwise what is saved or how it is kept; a saver of the same options is found again.
    private Saver SaverOf(ModelSession session)
    {
        CheckpointOptions own = session.Saver.Options;
        CheckpointOptions kept = own with
        {
            MaxToKeep = IsGiven(nameof(MaxToKeep)) ? MaxToKeep : own.MaxToKeep,
            KeepEveryHours = IsGiven(nameof(KeepEveryHours)) ? KeepEveryHours : own.KeepEveryHours,
            PadIteration = IsGiven(nameof(PadIteration)) ? PadIteration : own.PadIteration,
        };
        bool isOwn = Include is null && Exclude.Length == 0 && Map is null && !Sharded && !FirstFormat && kept == own;
        return isOwn ? session.Saver : session.SaverFor(new SaverOptions
        {
            Include = Include,
            Exclude = Exclude,
            Map = Map is null ? null : Tables.ToNames(Map),
            Sharded = Sharded,
            FirstFormat = FirstFormat,
            Checkpoints = kept,
        });
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
