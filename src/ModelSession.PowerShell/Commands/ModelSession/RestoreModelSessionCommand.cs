using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Opens sessions from files: checkpoints with their graph, a .meta file alone, frozen graphs, SavedModels.</summary>
[Cmdlet(VerbsData.Restore, "ModelSession", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelSession))]
public sealed class RestoreModelSessionCommand : RestoreCommand
{
    private const string OfCheckpoint = "Checkpoint";
    private const string OfModel = "Model";

    // What is being opened; error ids begin with it.
    private string _subject = OfCheckpoint;

    /// <summary>Files: of a checkpoint a folder (its newest), a prefix, any file or a state file; a .meta file, a frozen graph, the folder of
    /// a SavedModel. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "A folder of checkpoints, a prefix such as checkpoint/model.ckpt-500, any file of a checkpoint, a frozen graph, or the folder of a SavedModel.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A folder of checkpoints, a prefix, any file of a checkpoint, a frozen graph, or the folder of a SavedModel.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Checkpoints from Save-ModelCheckpoint or Get-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Save-ModelCheckpoint or Get-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>The checkpoint of this iteration in the folder, in place of the newest.</summary>
    [Parameter(ParameterSetName = "Path", HelpMessage = "The checkpoint of this iteration in the folder, in place of the newest.")]
    [Parameter(ParameterSetName = "LiteralPath", HelpMessage = "The checkpoint of this iteration in the folder, in place of the newest.")]
    [ArgumentCompleter(typeof(IterationCompleter))]
    public long? Iteration { get; set; }

    /// <summary>Of a SavedModel with several graphs the tags of the one that is wanted, all of them.</summary>
    [Parameter(ParameterSetName = "Path", HelpMessage = "Of a SavedModel with several graphs the tags of the one that is wanted, all of them.")]
    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "Of a SavedModel with several graphs the tags of the one that is wanted, all of them.")]
    [Alias("Tags")]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[]? Tag { get; set; }

    /// <summary>The structure that the model must have: <c>@{ Layer1 = 32 }</c>. Another one is an error.</summary>
    [Parameter(HelpMessage = "The structure that the model must have, such as @{ Layer1 = 32 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(StructureTableCompleter))]
    public Hashtable? Structure { get; set; }

    /// <summary>Tensor names by role, for graphs that bring none or others: <c>@{ loss = 'train/loss:0' }</c>.</summary>
    [Parameter(HelpMessage = "Tensor names by role, such as @{ loss = 'train/loss:0' }.")]
    [ValidateNotNull]
    [BindingTable]
    [ArgumentCompleter(typeof(BindingTableCompleter))]
    public Binding? Binding { get; set; }

    /// <summary>The scope into which the graph is imported: all its names get it.</summary>
    [Parameter(HelpMessage = "The scope into which the graph is imported: all its names get it.")]
    [ValidateNotNullOrEmpty]
    public string Scope { get; set; } = "";

    /// <summary>The session's own folder; the checkpoint's by default.</summary>
    [Parameter(HelpMessage = "The session's own folder; the checkpoint's by default.")]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>The engine that runs the graph; by default the first that can.</summary>
    [Parameter(HelpMessage = "The engine that runs the graph; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <summary>Threads for one run; 0 = all processors. Results do not depend on it.</summary>
    [Parameter(HelpMessage = "Threads for one run; 0 = all processors.")]
    [ValidateRange(0, 1024)]
    public int ThreadCount { get; set; }

    /// <summary>The most bytes that the tensors of runs may take at a time, such as 2GB; 0 = what the machine has.</summary>
    [Parameter(HelpMessage = "The most bytes that the tensors of runs may take at a time, such as 2GB; 0 = what the machine has.")]
    [ValidateRange(0, long.MaxValue)]
    public long MemoryLimit { get; set; }

    /// <summary>How many checkpoints stay in a folder when the session saves; 0 = all. As many as before by default.</summary>
    [Parameter(HelpMessage = "How many checkpoints stay in a folder when the session saves; 0 = all. As many as before by default.")]
    [ValidateRange(0, int.MaxValue)]
    public int MaxToKeep { get; set; } = CheckpointOptions.DefaultMaxToKeep;

    /// <summary>One checkpoint in so many hours stays for good.</summary>
    [Parameter(HelpMessage = "One checkpoint in so many hours stays for good.")]
    [ValidateRange(0d, double.MaxValue)]
    public double KeepEveryHours { get; set; } = CheckpointOptions.NeverKept;

    /// <summary>Folders whose files the graph's own operations may read: data, vocabularies. None by default, since a graph may come from anywhere.</summary>
    [Parameter(HelpMessage = "Folders whose files the graph's own operations may read, such as data and vocabularies. None by default.")]
    [ValidateNotNullOrEmpty]
    public string[] ReadFolder { get; set; } = [];

    /// <summary>Folders in which the graph's own operations may write. None by default, since a graph may come from anywhere.</summary>
    [Parameter(HelpMessage = "Folders in which the graph's own operations may write. None by default.")]
    [ValidateNotNullOrEmpty]
    public string[] WriteFolder { get; set; } = [];

    /// <summary>Leaves the devices that nodes ask for, which are mostly those of another machine.</summary>
    [Parameter(HelpMessage = "Leave the devices that nodes ask for, which are mostly those of another machine.")]
    public SwitchParameter KeepDevices { get; set; }

    /// <summary>Passes over stored shapes of outputs that contradict the graph, with a warning. Else they are an error, as in TensorFlow.</summary>
    [Parameter(HelpMessage = "Pass over stored shapes of outputs that contradict the graph, with a warning. Else they are an error, as in TensorFlow.")]
    public SwitchParameter IgnoreShapeConflict { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => _subject;

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Restore(checkpoint.Prefix));
        }

        // The files of one checkpoint may all match a pattern.
        HashSet<string> restored = [];
        ForEachPath(Path, LiteralPath, path =>
        {
            string source = Source(path);
            if (restored.Add(source))
            {
                Restore(source);
            }
        });
    }

    private string Source(string path)
    {
        _subject = OfCheckpoint;
        if (Iteration is { } iteration)
        {
            return CheckpointFolder.At(path, iteration).Prefix;
        }

        // A file that is no checkpoint's should be a graph's.
        _subject = OfModel;
        ModelSource source = ModelSource.Of(path);
        _subject = source.Kind == ModelSourceKind.Checkpoint ? OfCheckpoint : OfModel;
        if (Tag is not null && source.Kind != ModelSourceKind.SavedModel)
        {
            throw new ArgumentException($"'{path}' is no SavedModel: it has one graph and no tags. Leave -Tag out.");
        }

        return source.Kind == ModelSourceKind.Checkpoint ? CheckpointFolder.Resolve(path, WriteWarning, withGraph: true).Prefix : source.Path;
    }

    private void Restore(string path)
    {
        using WorkBar bar = new(this, $"Restoring {System.IO.Path.GetFileName(path)}");
        ModelSession session = ModelSession.Restore(path, new SessionOptions
        {
            Engines = Engines.All,
            EngineName = Engine,
            Checkpoints = new CheckpointOptions(MaxToKeep) { KeepEveryHours = KeepEveryHours },
            RetentionOfGraph = !MyInvocation.BoundParameters.ContainsKey(nameof(MaxToKeep)) && !MyInvocation.BoundParameters.ContainsKey(nameof(KeepEveryHours)),
            ThreadCount = ThreadCount,
            MemoryLimit = MemoryLimit,
            Files = new FilePermissions { ReadFolders = [.. ReadFolder.Select(ResolvePath)], WriteFolders = [.. WriteFolder.Select(ResolvePath)] },
            Directory = Directory is null ? null : ResolvePath(Directory),
            Structure = Structure is null ? null : Tables.ToDictionary(Structure),
            Binding = Binding,
            KeepDevices = KeepDevices,
            IgnoreShapeConflicts = IgnoreShapeConflict,
            Restore = Options(null) with { Progress = bar.Report },
            Scope = Scope.TrimEnd('/'),
            Tags = Tag,
        }, CancelToken);
        this.Announce(session);
        WriteObject(session);
    }
}
