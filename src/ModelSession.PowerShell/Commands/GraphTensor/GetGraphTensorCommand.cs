using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Finds tensors by name, and reads them: of a session's graph, or those in a checkpoint, for which no graph is needed.</summary>
[Cmdlet(VerbsCommon.Get, "GraphTensor", DefaultParameterSetName = "Session")]
[OutputType(typeof(GraphTensor), typeof(GraphTensorValue), ParameterSetName = ["Session"])]
[OutputType(typeof(CheckpointTensor), typeof(GraphTensorValue), ParameterSetName = ["Checkpoint", "Path", "LiteralPath"])]
public sealed class GetGraphTensorCommand : GraphCommand
{
    /// <summary>Names of tensors (<c>train/loss:0</c>), operations (<c>train/loss</c>) or roles (<c>loss</c>), in a checkpoint of variables;
    /// wildcards match names. All by default.</summary>
    [Parameter(Position = 0, HelpMessage = "Names of tensors, operations or roles, in a checkpoint of variables; wildcards match names.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Checkpoints: a folder (its newest), a prefix, any file of a checkpoint; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", HelpMessage = "A folder of checkpoints, a prefix, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A folder of checkpoints, a prefix, or any file of a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Only variables, each once.</summary>
    [Parameter(ParameterSetName = "Session", HelpMessage = "Only variables, each once.")]
    public SwitchParameter Variable { get; set; }

    /// <summary>Reads the values too, into a property Value. Variables and constants are read as they are; other tensors of a session need
    /// -Feed.</summary>
    [Parameter(HelpMessage = "Read the values too, into a property Value; tensors of a session that are neither variable nor constant need -Feed.")]
    public SwitchParameter IncludeValue { get; set; }

    /// <summary>Tells what the numbers are like: least, greatest, mean, standard deviation, how many are no number, the share of zeros.</summary>
    [Parameter(HelpMessage = "Tell minimum, maximum, mean, standard deviation, the number of NaNs and the share of zeros.")]
    public SwitchParameter Statistics { get; set; }

    /// <summary>The part of each tensor that is meant, in Python's notation: <c>0:3, :, -1</c>.</summary>
    [Parameter(HelpMessage = "The part of each tensor that is meant, in Python's notation: '0:3, :, -1'.")]
    [ValidateNotNullOrEmpty]
    public string[]? Slice { get; set; }

    /// <summary>Values by tensor, role or hyperparameter, with which the graph is run for tensors that need a run; @{} where none are needed.</summary>
    [Parameter(ParameterSetName = "Session", HelpMessage = "Values by tensor, role or hyperparameter, with which the graph is run; @{} where none are needed.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FeedCompleter))]
    public IDictionary? Feed { get; set; }

    private bool Reads => IncludeValue || Statistics || Slice is not null;

    /// <inheritdoc/>
    private protected override void Process()
    {
        TensorSelection? part = Slice is null ? null : TensorSelection.Parse(string.Join(",", Slice));
        foreach (ModelSession session in Session)
        {
            Guard(session, () => OfSession(session, part));
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => OfCheckpoint(checkpoint.Prefix, part));
        }

        List<string> prefixes = [];
        ForEachPath(Path, LiteralPath, path => prefixes.Add(CheckpointFolder.Resolve(path, WriteWarning).Prefix));
        foreach (string prefix in prefixes.Distinct())
        {
            Guard(prefix, () => OfCheckpoint(prefix, part));
        }
    }

    private void OfSession(ModelSession session, TensorSelection? part)
    {
        TensorValues? values = Reads ? new TensorValues(session, Feed is null ? null : Feeds(session, Feed), CancelToken) : null;
        HashSet<string>? variables = Variable ? [.. session.Variables.Select(variable => variable.Name)] : null;
        foreach (string name in Name)
        {
            if (Pattern(name) is { } pattern)
            {
                Write(
                    [.. session.Graph.Operations.Where(operation => variables?.Contains(operation.Name) != false).SelectMany(operation => operation.Outputs)
                        .Where(tensor => pattern.IsMatch(tensor.Name) || pattern.IsMatch(tensor.Operation.Name))],
                    part, values, isNamed: false);
            }
            else
            {
                Guard(name, () =>
                {
                    GraphTensor tensor = variables is null ? session.Tensor(name) : session.Graph.Operation(session.Variable(name).Name).Outputs[0];
                    Write([tensor], part, values, isNamed: true);
                });
            }
        }
    }

    // What is looked at is as in an evaluation: no dropout, unless it is asked for.
    private static Dictionary<string, Tensor> Feeds(ModelSession session, IDictionary feed)
    {
        Dictionary<string, Tensor> feeds = FeedArgument.Tensors(session, feed);
        HashSet<GraphTensor> given = [.. feeds.Keys.Select(session.Tensor)];
        foreach ((string role, Tensor value) in session.EvaluationFeeds().Where(pair => !given.Contains(session.Tensor(pair.Key))))
        {
            feeds[role] = value;
        }

        return feeds;
    }

    private void Write(IReadOnlyList<GraphTensor> tensors, TensorSelection? part, TensorValues? values, bool isNamed)
    {
        if (values is null)
        {
            WriteObject(tensors, enumerateCollection: true);
            return;
        }

        values.Run(tensors, isNamed);
        foreach (GraphTensor tensor in tensors)
        {
            Guard(tensor.Name, () => Write(values.Find(tensor, isNamed) is { } value
                ? GraphTensorValue.Of(tensor.Name, tensor.Operation.Type, value, part, IncludeValue || !Statistics, Statistics)
                : new GraphTensorValue(tensor.Name, tensor.DType, tensor.Shape) { Op = tensor.Operation.Type }));
        }
    }

    private void OfCheckpoint(string prefix, TensorSelection? part)
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        foreach (string name in Name)
        {
            if (Pattern(name) is { } pattern)
            {
                foreach (CheckpointTensor tensor in reader.Tensors.Where(tensor => pattern.IsMatch(tensor.Name)))
                {
                    Guard(tensor.Name, () => Write(reader, tensor, part));
                }
            }
            else
            {
                Guard(name, () => Write(reader, reader.FindVariable(name) ?? throw new MissingVariableException(
                    $"'{prefix}' has no tensor '{name}'.{NearestNames.Hint(name, reader.Tensors.Select(tensor => tensor.Name))}", prefix, [name]), part));
            }
        }
    }

    private void Write(CheckpointReader reader, CheckpointTensor tensor, TensorSelection? part)
    {
        if (Reads)
        {
            Write(GraphTensorValue.Read(reader, tensor, part, IncludeValue || !Statistics, Statistics, CancelToken));
        }
        else
        {
            WriteObject(tensor);
        }
    }

    // With the view that shows what was asked for, and leaves the room of the rest.
    private void Write(GraphTensorValue value)
    {
        PSObject wrapped = new(value);
        if (!Statistics || !(IncludeValue || Slice is not null))
        {
            wrapped.TypeNames.Insert(0, $"{typeof(GraphTensorValue).FullName}#{(Statistics ? nameof(Statistics) : "Value")}");
        }

        WriteObject(wrapped);
    }

    private static WildcardPattern? Pattern(string name) =>
        WildcardPattern.ContainsWildcardCharacters(name) ? new(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant) : null;
}
