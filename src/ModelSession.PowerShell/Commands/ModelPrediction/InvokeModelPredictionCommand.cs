using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Asks models about examples: datasets, arrays, rows, pictures. Gives an object for each.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ModelPrediction", DefaultParameterSetName = OfSession)]
[OutputType(typeof(ClassPrediction), typeof(ValuePrediction), typeof(TensorPrediction))]
public sealed class InvokeModelPredictionCommand : ModelCmdlet
{
    private const string OfSession = "Session", OfSessionPath = "SessionPath", OfSessionLiteralPath = "SessionLiteralPath";
    private const string OfModel = "Model", OfModelPath = "ModelPath", OfModelLiteralPath = "ModelLiteralPath";

    private PredictionInput? _input;
    private ModelSession? _opened;
    private PlanMessages? _plans;
    private object? _askedOf;
    private string _subject = "Data";
    private bool _isGiven;

    /// <summary>The session, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = OfSession, ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = OfSessionPath, ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = OfSessionLiteralPath, ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNull]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession? Session { get; set; }

    /// <summary>A model that is opened and closed again: a checkpoint, or the path of what Restore-ModelSession opens.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfModel, ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint, or the path of a folder of checkpoints, a prefix, a frozen graph, a SavedModel.")]
    [Parameter(Mandatory = true, ParameterSetName = OfModelPath, ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint, or the path of a folder of checkpoints, a prefix, a frozen graph, a SavedModel.")]
    [Parameter(Mandatory = true, ParameterSetName = OfModelLiteralPath, ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint, or the path of a folder of checkpoints, a prefix, a frozen graph, a SavedModel.")]
    [Alias("Checkpoint")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    public ModelFile? Model { get; set; }

    /// <summary>Examples: a dataset (its test part, else the training part) or a part of one, tensors, arrays, rows (objects, tables), paths of
    /// pictures.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = OfSession, ValueFromPipeline = true, HelpMessage = "A dataset, tensors, arrays, rows, or paths of pictures.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = OfModel, ValueFromPipeline = true, HelpMessage = "A dataset, tensors, arrays, rows, or paths of pictures.")]
    [NoSession]
    [ValidateNotNull]
    public PSObject? Data { get; set; }

    /// <summary>Files of pictures; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfSessionPath, HelpMessage = "Files of pictures; wildcards are allowed.")]
    [Parameter(Mandatory = true, ParameterSetName = OfModelPath, HelpMessage = "Files of pictures; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfSessionLiteralPath, ValueFromPipelineByPropertyName = true, HelpMessage = "Files of pictures.")]
    [Parameter(Mandatory = true, ParameterSetName = OfModelLiteralPath, ValueFromPipelineByPropertyName = true, HelpMessage = "Files of pictures.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The signature that is run; the default one if none is named, of a model without signatures its inputs and predictions.</summary>
    [Parameter(HelpMessage = "The signature that is run, such as serving_default.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public string? Signature { get; set; }

    /// <summary>How many of the most probable classes are listed in Top.</summary>
    [Parameter(HelpMessage = "How many of the most probable classes are listed.")]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; } = 1;

    /// <summary>Asks about so many examples, and passes over the rest.</summary>
    [Parameter(HelpMessage = "Ask about so many examples, and pass over the rest.")]
    [ValidateRange(1, long.MaxValue)]
    public long First { get; set; } = long.MaxValue;

    /// <summary>How many examples are run at once; up to 200 by default, fewer of large ones.</summary>
    [Parameter(HelpMessage = "How many examples are run at once.")]
    [ValidateRange(1, int.MaxValue)]
    public int? BatchSize { get; set; }

    /// <summary>How raw data become what the model takes, in place of what the model knows: the Contract of a dataset.</summary>
    [Parameter(HelpMessage = "How raw data become what the model takes, in place of what the model knows: the Contract of a dataset.")]
    [ValidateNotNull]
    public DataContract? Contract { get; set; }

    /// <summary>Arrays are what the model takes already: they are not scaled.</summary>
    [Parameter(HelpMessage = "Arrays are what the model takes already: do not scale them.")]
    public SwitchParameter Encoded { get; set; }

    /// <summary>The engine that runs the model of -Model; by default the first that can.</summary>
    [Parameter(ParameterSetName = OfModel, HelpMessage = "The engine that runs the model of -Model; by default the first that can.")]
    [Parameter(ParameterSetName = OfModelPath, HelpMessage = "The engine that runs the model of -Model; by default the first that can.")]
    [Parameter(ParameterSetName = OfModelLiteralPath, HelpMessage = "The engine that runs the model of -Model; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => _subject;

    /// <inheritdoc/>
    protected override void BeginProcessing() => _isGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Data));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    private protected override void Process()
    {
        object model = (object?)Session ?? Model!;
        if (!ReferenceEquals(model, _askedOf))
        {
            Finish();
            _askedOf = model;
            Guard(model, () => Open(model));
        }

        // What cannot be opened was told; there is nobody to ask.
        if (_input is { } input)
        {
            _subject = "Data";
            Session?.ThrowIfDisposed();
            if (_isGiven)
            {
                input.Expect(Data);
            }

            input.Add(Data);
            List<string> files = [];
            ForEachPath(Path, LiteralPath, files.Add);
            input.ExpectFiles(files.Count);
            files.ForEach(file => Guard(file, () => input.AddFile(file)));
        }
    }

    private void Open(object model)
    {
        ModelSession session = Session ?? Restore(Model!);
        _plans = PlanMessages.Watch(this, session);
        PredictionOptions options = new() { Signature = Signature, Top = Top, BatchSize = BatchSize, Contract = Contract, Encoded = Encoded };
        _input = new PredictionInput(this, new Predictor(session, options), First, Bar($"Predicting with {session.Name}"));
        WriteVerbose($"{session} is asked in batches of {_input.BatchSize} on the engine {session.EngineName}.");
    }

    private ModelSession Restore(ModelFile model)
    {
        _subject = "Model";
        string path = model.IsResolved ? model.Path : ResolvePath(model.Path);
        ModelSource source = ModelSource.Of(path);
        _subject = source.Kind == ModelSourceKind.Checkpoint ? "Checkpoint" : "Model";
        path = source.Kind == ModelSourceKind.Checkpoint && !model.IsResolved ? CheckpointFolder.Resolve(path, WriteWarning, withGraph: true).Prefix : source.Path;
        using WorkBar bar = new(this, $"Restoring {System.IO.Path.GetFileName(path)}");
        _opened = ModelSession.Restore(path, new SessionOptions { Engines = Engines.All, EngineName = Engine, Restore = new RestoreOptions { Progress = bar.Report } }, CancelToken);
        this.Announce(_opened);
        return _opened;
    }

    /// <inheritdoc/>
    private protected override void Finish()
    {
        if (_input is not null)
        {
            Guard(_askedOf, _input.Finish);
            _plans?.Tell(this);
            _plans = null;
        }

        Close();
    }

    private void Close()
    {
        _input?.Dispose();
        _input = null;
        _opened?.Dispose();
        _opened = null;
    }

    /// <summary>Emits predictions.</summary>
    internal void Write(Prediction prediction)
    {
        PSObject wrapped = new(prediction);
        if (prediction is ClassPrediction && Top > 1)
        {
            wrapped.TypeNames.Insert(0, "ModelSessions.ClassPrediction#Top");
        }

        WriteObject(wrapped);
    }

    /// <summary>Tells what went wrong with one example; the others are gone on with.</summary>
    internal void Fail(Exception error, object? target, string subject) => WriteError(ErrorMap.Record(error, subject, target));

    /// <summary>The paths of the file system that a path with wildcards means.</summary>
    internal IEnumerable<string> Files(string path) => ResolveWildcards(path);

    /// <summary>A path taken letter by letter.</summary>
    internal string File(string path) => ResolvePath(path);

    /// <summary>Signalled when the pipeline is stopped.</summary>
    internal CancellationToken Stopped => CancelToken;

    /// <summary>Work on an object of the pipeline, whose failure is an error record.</summary>
    internal void Attempt(object? target, Action work) => Guard(target, work);
}
