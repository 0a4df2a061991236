namespace ModelSessions;

/// <summary>Averages of variables and of tensors over the steps, in shadow variables: <c>average = decay · average + (1 − decay) · value</c>.
/// Evaluated with the averages, a model is often better than with the last step's values.</summary>
/// <remarks>One is for one graph. The updates do not wait for the train op by themselves: put them behind it
/// (<see cref="GraphBuilder.ControlDependencies(GraphOperation[])"/>), and train by what <see cref="Apply(Operand[])"/> gives.</remarks>
public sealed class ExponentialMovingAverage
{
    private readonly Operand _decay;
    private readonly Operand? _updateCount;
    private readonly bool _zeroDebias;
    private readonly Dictionary<string, GraphVariable> _averages = new(StringComparer.Ordinal);

    /// <summary>Averages that are still to be applied.</summary>
    /// <param name="decay">How much of an average stays: a tensor or a number near 1.</param>
    /// <param name="updateCount">The number of updates made, such as the step counter: decay is then at most <c>(1 + n) / (10 + n)</c>, so that the
    /// averages move faster at the beginning; none if null.</param>
    /// <param name="zeroDebias">Whether averages of tensors, which begin with 0, are divided by what they have seen so far.</param>
    /// <param name="name">The last part of the shadow variables' names.</param>
    public ExponentialMovingAverage(Operand decay, Operand? updateCount = null, bool zeroDebias = false, string name = "ExponentialMovingAverage")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _decay = decay;
        _updateCount = updateCount;
        _zeroDebias = zeroDebias;
        Name = name;
    }

    /// <summary>The last part of the shadow variables' names.</summary>
    public string Name { get; }

    /// <summary>Nodes that update the averages of all trainable variables.</summary>
    public GraphOperation Apply(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        return Apply([.. g.Variables(CollectionKeys.TrainableVariables).Select(variable => (Operand)variable)]);
    }

    /// <summary>Nodes that update the averages of variables, which begin with the variables' values, and of tensors, which begin with 0.</summary>
    /// <param name="values">Variables and tensors.</param>
    /// <returns>An operation that waits for all of them.</returns>
    /// <exception cref="GraphException">There is nothing to average, or something is not floating-point or has no known shape.</exception>
    public GraphOperation Apply(params Operand[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        GraphBuilder g = Array.Find(values, value => value.Tensor is not null || value.Variable is not null) is { } any && GraphOf(any) is { } graph
            ? graph.Builder
            : throw new GraphException(StatusCode.InvalidArgument, "There are no variables or tensors to average.");
        HashSet<string> debiased = new(StringComparer.Ordinal);
        foreach (Operand value in values)
        {
            AddAverage(g, value, debiased);
        }

        using GraphScope scope = g.NameScope(Name);
        GraphTensor decay = _decay.ToTensor(g, DType.Float32, "decay");
        if (_updateCount is { } count)
        {
            GraphTensor updates = g.Cast(count, DType.Float32, "num_updates");
            decay = g.Minimum(decay, (1.0 + updates) / (10.0 + updates));
        }

        GraphOperation[] operations = [.. values.Select(value => MovingAverages.Assign(g, _averages[Key(value)], value, decay, debiased.Contains(Key(value))))];
        return g.GroupOperations(operations, scope.Name);
    }

    /// <summary>The shadow variable of a variable or a tensor; null if it has none.</summary>
    public GraphVariable? Average(Operand value) => _averages.GetValueOrDefault(Key(value));

    /// <summary>The name of the shadow variable of a variable or a tensor, also if it has none yet: the name that a checkpoint has its average
    /// under.</summary>
    public string AverageName(Operand value) =>
        Average(value)?.Name ?? GraphOf(value)!.Builder.UniqueName($"{Key(value)}/{Name}", reserve: false);

    /// <summary>Which variable takes which value of a checkpoint so that the model is the averaged one: averages go into the variables that they
    /// were made of, all others into themselves.</summary>
    /// <param name="g">The graph's builder.</param>
    /// <param name="variables">The variables that have averages; the trainable ones and those of the collection
    /// <c>moving_average_variables</c> if null.</param>
    /// <returns>Names in the checkpoint and the variables' names, as <see cref="SaverOptions.Map"/> takes them.</returns>
    public IReadOnlyDictionary<string, string> VariablesToRestore(GraphBuilder g, GraphVariable[]? variables = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        variables ??= [.. g.Variables(CollectionKeys.TrainableVariables), .. g.Variables(CollectionKeys.MovingAverageVariables)];
        HashSet<string> averaged = [.. variables.Select(variable => variable.Name)];
        SortedDictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (GraphVariable variable in variables.DistinctBy(variable => variable.Name))
        {
            map[AverageName(variable)] = variable.Name;
        }

        foreach (GraphVariable variable in g.Variables().Where(variable => !averaged.Contains(variable.Name)))
        {
            map.TryAdd(variable.Name, variable.Name);
        }

        return map;
    }

    private void AddAverage(GraphBuilder g, Operand value, HashSet<string> debiased)
    {
        string key = Key(value);
        if (!value.DType.IsFloating())
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{key}' is {value.DType.Name()}; averages are made of floating-point numbers.", key);
        }

        if (_averages.ContainsKey(key))
        {
            return;
        }

        using GraphScope free = g.NoControlDependencies();
        if (value.Variable is { } variable)
        {
            _averages[key] = MovingAverages.OfVariable(g, variable, Name);
            g.AddToCollection(CollectionKeys.MovingAverageVariables, variable);
            return;
        }

        _averages[key] = MovingAverages.OfTensor(g, value.Tensor!, Name);
        if (_zeroDebias)
        {
            debiased.Add(key);
        }
    }

    private static Graph? GraphOf(Operand value) => value.Variable?.Graph ?? value.Tensor?.Graph;

    private static string Key(Operand value) => value.Variable?.Name ?? value.Tensor?.Operation.Name
        ?? throw new ArgumentException("Averages are made of variables and tensors of a graph.", nameof(value));
}
