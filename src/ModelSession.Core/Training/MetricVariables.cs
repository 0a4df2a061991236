namespace ModelSessions.Training;

/// <summary>Empties the variables in which metrics over many batches add up, for an evaluation, and puts back afterwards what a training has in
/// them.</summary>
internal sealed class MetricVariables : IDisposable
{
    private readonly IEngineSession _engine;
    private readonly List<(string Name, Tensor Value)> _before = [];

    public MetricVariables(ModelSession session, CancellationToken cancel)
    {
        _engine = session.Engine;
        IReadOnlyList<GraphVariable> variables = session.Graph.Builder.Variables(CollectionKeys.MetricVariables);
        foreach (GraphVariable variable in variables)
        {
            if (_engine.ReadVariable(variable.Name) is { } value)
            {
                _before.Add((variable.Name, value));
            }
        }

        if (variables.Count > 0)
        {
            _engine.Prepare(new RunSignature([], [], [.. variables.Select(variable => variable.Initializer.Name)])).Run([], [], cancel);
        }
    }

    public void Dispose() => _before.ForEach(variable => _engine.WriteVariable(variable.Name, variable.Value));
}
