using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Runs the graph of sessions: tensors by name, operations, or a signature.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ModelSession", DefaultParameterSetName = "Fetch")]
[OutputType(typeof(PSObject), typeof(RunTraceNode))]
public sealed class InvokeModelSessionCommand : SessionCommand
{
    /// <summary>What is wanted: names of tensors (<c>train/loss:0</c>) or roles (<c>loss</c>).</summary>
    [Parameter(Position = 0, ParameterSetName = "Fetch", HelpMessage = "Names of tensors or roles whose values are wanted.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[] Fetch { get; set; } = [];

    /// <summary>Operations that are run besides: names or roles.</summary>
    [Parameter(ParameterSetName = "Fetch", HelpMessage = "Operations that are run besides: names or roles.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] Target { get; set; } = [];

    /// <summary>A signature of the model, such as <c>serving_default</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Signature", HelpMessage = "A signature of the model, such as serving_default.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public string Signature { get; set; } = "";

    /// <summary>Values by tensor, role or hyperparameter, for a signature by its inputs: numbers, texts, lists, lists of lists, tensors.</summary>
    [Parameter(HelpMessage = "Values by tensor, role or hyperparameter, for a signature by its inputs, such as @{ x = 1, 2, 3 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FeedCompleter))]
    public IDictionary Feed { get; set; } = new Hashtable();

    /// <summary>The longest that the run may take; any time by default.</summary>
    [Parameter(ParameterSetName = "Fetch", HelpMessage = "The longest that the run may take, such as 0:00:05.")]
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>Gives the nodes that ran, with their times and sizes, in place of the values.</summary>
    [Parameter(ParameterSetName = "Fetch", HelpMessage = "Give the nodes that ran, with their times and sizes, in place of the values.")]
    public SwitchParameter Trace { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        if (ParameterSetName == "Signature")
        {
            Write(session.RunSignature(Signature, FeedArgument.Inputs(session, Signature, Feed), CancelToken));
            return;
        }

        if (Fetch.Length + Target.Length == 0)
        {
            throw new ArgumentException("There is nothing to be run. Give names of tensors by -Fetch, or of operations by -Target.");
        }

        WriteVerbose($"{session} (session {session.Id}) runs {string.Join(", ", Fetch.Concat(Target))} on the engine {session.EngineName}.");
        RunTrace? trace = Trace ? new RunTrace() : null;
        Tensor[] values = session.Run(Fetch, FeedArgument.Tensors(session, Feed), Target, new RunOptions { TimeLimit = TimeLimit, Trace = trace }, CancelToken);
        if (trace is not null)
        {
            WriteObject(trace.Nodes, enumerateCollection: true);
        }
        else if (values.Length > 0)
        {
            Write(Fetch.Zip(values, KeyValuePair.Create));
        }
    }

    private void Write(IEnumerable<KeyValuePair<string, Tensor>> values)
    {
        PSObject result = new();
        foreach ((string name, Tensor value) in values.DistinctBy(pair => pair.Key))
        {
            result.Properties.Add(new PSNoteProperty(name, FetchedValue.Of(value)));
        }

        WriteObject(result);
    }
}
