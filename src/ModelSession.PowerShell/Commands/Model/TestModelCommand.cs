using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Tells how good models are: sessions, or checkpoints, for each of which a session is opened and closed.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Model", DefaultParameterSetName = "Session")]
[OutputType(typeof(EvaluationResult))]
public sealed class TestModelCommand : ModelCmdlet
{
    /// <summary>A dataset, whose test part is used, or one part of it.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "A dataset from Import-ModelDataset, whose test part is used, or one part of it.")]
    [ValidateNotNull]
    [TestPart]
    public DatasetPart Data { get; set; } = null!;

    /// <summary>Sessions.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Checkpoints.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>How many examples are evaluated at once; it changes no result but by rounding.</summary>
    [Parameter(HelpMessage = "How many examples are evaluated at once.")]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; } = ModelSession.DefaultEvaluationBatchSize;

    /// <summary>Threads for one run of a checkpoint's model; 0 = all processors.</summary>
    [Parameter(ParameterSetName = "Checkpoint", HelpMessage = "Threads for one run; 0 = all processors.")]
    [ValidateRange(0, 1024)]
    public int ThreadCount { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Test(session));
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () =>
            {
                using ModelSession session = ModelSession.Restore(checkpoint.Prefix, new SessionOptions { Engines = Engines.All, ThreadCount = ThreadCount });
                Test(session);
            });
        }
    }

    private void Test(ModelSession session) => WriteObject(session.Evaluate(Data, BatchSize, CancelToken));
}
