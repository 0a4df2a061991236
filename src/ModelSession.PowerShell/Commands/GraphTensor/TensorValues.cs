namespace ModelSessions.PowerShell;

/// <summary>Values of a session's tensors: variables and constants as they stand, others by one run for all that are asked for together.</summary>
/// <param name="session">The session.</param>
/// <param name="feeds">With what it is run; null if it is not to be run.</param>
/// <param name="cancel">Stops a run between nodes.</param>
internal sealed class TensorValues(ModelSession session, Dictionary<string, Tensor>? feeds, CancellationToken cancel)
{
    private readonly Dictionary<GraphTensor, Tensor> _run = [];

    /// <summary>Runs the graph for those of some tensors that need it.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="isNamed">Whether each was asked for by its name; those that only a pattern matches are left out if a run for them would
    /// change variables or queues, or if they have no value that can be fetched.</param>
    public void Run(IReadOnlyList<GraphTensor> tensors, bool isNamed)
    {
        if (feeds is null)
        {
            return;
        }

        foreach ((string name, Tensor value) in feeds)
        {
            _run[session.Tensor(name)] = value;
        }

        GraphTensor[] wanted = [.. tensors.Where(tensor => NeedsRun(tensor) && !_run.ContainsKey(tensor) && (isNamed || IsHarmless(tensor)))];
        if (wanted.Length > 0)
        {
            // Looking changes nothing of what a training draws afterwards.
            EngineState state = session.Engine.CaptureState();
            Tensor[] values = session.Run([.. wanted.Select(tensor => tensor.Name)], feeds, cancel: cancel);
            session.Engine.RestoreState(state);
            foreach ((GraphTensor tensor, Tensor value) in wanted.Zip(values))
            {
                _run[tensor] = value;
            }
        }
    }

    /// <summary>A tensor's value; null if it needs a run and a pattern matched it.</summary>
    /// <exception cref="ArgumentException">It was asked for by its name and needs a run, and there is nothing to be fed.</exception>
    public Tensor? Find(GraphTensor tensor, bool isNamed)
    {
        if (_run.TryGetValue(tensor, out Tensor? value))
        {
            return value;
        }

        if (!NeedsRun(tensor))
        {
            return session.ReadDirectly(tensor) ?? (isNamed ? session.ReadVariable(ModelSession.VariableOf(tensor)!) : null);
        }

        return !isNamed ? null : throw new ArgumentException(
            $"'{tensor.Name}' is the result of {tensor.Operation.Type}: its value comes from a run. Say with -Feed what is fed, such as -Feed @{{ inputs = $x }}, or @{{}} for nothing.");
    }

    private static bool NeedsRun(GraphTensor tensor) => tensor.Operation.Type != "Const" && ModelSession.VariableOf(tensor) is null;

    private bool IsHarmless(GraphTensor tensor) => tensor.DType is not (DType.Resource or DType.Variant) && !ModelSession.RunChangesState(tensor)
        && ModelSession.MissingFeeds(tensor, feeds!.Keys.Select(name => session.Tensor(name))).Count == 0;
}
