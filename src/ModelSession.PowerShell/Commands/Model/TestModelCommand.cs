using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Tells how good models are: sessions, or checkpoints, for each of which a session is opened and closed.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Model", DefaultParameterSetName = "Session")]
[OutputType(typeof(EvaluationResult), typeof(bool))]
public sealed class TestModelCommand : LimitCommand
{
    /// <summary>A dataset, whose test part is used, or one part of it.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "A dataset from Import-ModelDataset, whose test part is used, or one part of it.")]
    [ValidateNotNull]
    [TestPart]
    public DatasetPart Data { get; set; } = null!;

    /// <summary>Sessions.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Checkpoints.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [Checkpoint]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>How many examples are evaluated at once; it changes no result but by rounding.</summary>
    [Parameter(HelpMessage = "How many examples are evaluated at once.")]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; } = ModelSession.DefaultEvaluationBatchSize;

    /// <summary>Emits $true or $false alone: whether the model is as good as the limits say, without limits whether all its numbers are finite.
    /// A checkpoint that is damaged or not there is $false.</summary>
    [Parameter(HelpMessage = "Emit $true or $false alone; a checkpoint that is damaged or not there is $false.")]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The engine that runs a checkpoint's model; by default the first that can.</summary>
    [Parameter(ParameterSetName = "Checkpoint", HelpMessage = "The engine that runs a checkpoint's model; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <summary>Threads for one run of a checkpoint's model; 0 = all processors.</summary>
    [Parameter(ParameterSetName = "Checkpoint", HelpMessage = "Threads for one run; 0 = all processors.")]
    [ValidateRange(0, 1024)]
    public int ThreadCount { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        MetricLimits limits = Limits();
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Test(session, limits));
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Test(checkpoint, limits));
        }
    }

    private void Test(CheckpointInfo checkpoint, MetricLimits limits)
    {
        using ModelSession? session = Open(checkpoint);
        if (session is null)
        {
            WriteObject(false);
        }
        else
        {
            Test(session, limits);
            PlanMessages.TellAll(this, session);
        }
    }

    private ModelSession? Open(CheckpointInfo checkpoint)
    {
        try
        {
            using WorkBar bar = new(this, $"Restoring {checkpoint.Name}");
            return ModelSession.Restore(
                checkpoint.Prefix, new SessionOptions { Engines = Engines.All, EngineName = Engine, ThreadCount = ThreadCount, Restore = new RestoreOptions { Progress = bar.Report } }, CancelToken);
        }
        catch (ModelFileException error) when (Quiet && error.Code is (StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.DataLoss))
        {
            return null;
        }
    }

    private void Test(ModelSession session, MetricLimits limits)
    {
        WriteVerbose($"{session} is evaluated on '{Data.Name}', {Data.Count:n0} examples, {BatchSize:n0} at once, on the engine {session.EngineName}.");
        using WorkBar bar = new(this, $"Testing {session.Name}");
        EvaluationResult result = session.Evaluate(Data, BatchSize, done => bar.Report(done, Data.Count, WorkUnit.Examples), CancelToken);
        MissedLimit[]? missed = limits.Any ? limits.Missed(result) : null;
        WriteObject(Quiet
            ? missed?.Length == 0 || (missed is null && double.IsFinite(result.Loss ?? 0) && result.Metrics.Values.All(double.IsFinite))
            : LimitArguments.WithMetrics(result, missed));
    }
}
