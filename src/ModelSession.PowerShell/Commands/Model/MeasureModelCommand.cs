using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Measures how long runs of models take.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Model", DefaultParameterSetName = OfFeed)]
[OutputType(typeof(ModelMeasurement))]
public sealed class MeasureModelCommand : SessionCommand
{
    private const string OfData = "Data", OfFeed = "Feed";

    /// <summary>A dataset, whose test part is used, or one part of it: its first examples are run over and over again.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = OfData, HelpMessage = "A dataset from Import-ModelDataset, whose test part is used, or one part of it.")]
    [ValidateNotNull]
    [TestPart]
    public DatasetPart? Data { get; set; }

    /// <summary>Values by tensor, role or hyperparameter, for a signature by its inputs; zeros for the inputs by default.</summary>
    [Parameter(ParameterSetName = OfFeed, HelpMessage = "Values by tensor, role or hyperparameter, for a signature by its inputs; zeros for the inputs by default.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FeedCompleter))]
    public IDictionary Feed { get; set; } = new Hashtable();

    /// <summary>What is fetched: names of tensors or roles; the predictions by default.</summary>
    [Parameter(HelpMessage = "Names of tensors or roles that are fetched; the predictions by default.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Fetch { get; set; }

    /// <summary>Operations that are run: names or roles. They may change the model: <c>train</c> trains it.</summary>
    [Parameter(HelpMessage = "Operations that are run: names or roles. They may change the model: train trains it.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] Target { get; set; } = [];

    /// <summary>A signature that is run.</summary>
    [Parameter(HelpMessage = "A signature that is run, such as serving_default.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public string? Signature { get; set; }

    /// <summary>How many runs are timed.</summary>
    [Parameter(HelpMessage = "How many runs are timed.")]
    [ValidateRange(1, 10_000_000)]
    public int Count { get; set; } = 100;

    /// <summary>How many runs come before these, untimed.</summary>
    [Parameter(HelpMessage = "How many runs come before these, untimed.")]
    [ValidateRange(0, 10_000_000)]
    public int WarmUp { get; set; } = 10;

    /// <summary>The examples of a run; of several sizes each is measured.</summary>
    [Parameter(HelpMessage = "The examples of a run; of several sizes each is measured.")]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, int.MaxValue)]
    public int[] BatchSize { get; set; } = [1];

    /// <summary>Measures the time of each kind of op, too.</summary>
    [Parameter(HelpMessage = "Measure the time of each kind of op, too.")]
    public SwitchParameter Node { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        if (Feed.Count > 0 && MyInvocation.BoundParameters.ContainsKey(nameof(BatchSize)))
        {
            throw new ArgumentException("What is fed says itself how many examples it has. Leave -BatchSize out.");
        }

        foreach (int size in BatchSize)
        {
            WriteVerbose($"{session} is measured by {Count:n0} runs, after {WarmUp:n0} to warm up, on the engine {session.EngineName}.");
            using WorkBar bar = new(this, $"Measuring {session.Name}{(BatchSize.Length > 1 ? $", {size:n0} at once" : "")}");
            MeasureOptions options = new()
            {
                Fetches = Fetch, Targets = Target, Signature = Signature, Count = Count, WarmUp = WarmUp, BatchSize = size, Nodes = Node, Progress = bar.Report,
            };
            WriteObject(Data is { } data ? session.Measure(data, options, CancelToken) : session.Measure(Feeds(session), options, CancelToken));
        }
    }

    private Dictionary<string, Tensor> Feeds(ModelSession session)
    {
        if (Signature is null)
        {
            return FeedArgument.Tensors(session, Feed);
        }

        SignatureInfo? signature = session.Signatures.FirstOrDefault(known => known.Name == Signature);
        return FeedArgument.Inputs(session, Signature, Feed).ToDictionary(
            pair => signature?.Inputs.FirstOrDefault(input => input.Name == pair.Key)?.Tensor ?? pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }
}
