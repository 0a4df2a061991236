namespace ModelSessions;

/// <summary>Which tensor of a checkpoint goes into which variable. Made before any variable is changed.</summary>
internal sealed class RestorePlan
{
    private const string AverageSuffix = "/ExponentialMovingAverage";

    // A checkpoint of another model lacks all variables; the exception lists their names.
    private const int MostTold = 100, MostHints = 20;

    private readonly CheckpointReader _reader;
    private readonly RestoreOptions _options;
    private readonly List<SavedVariable> _fitting = [];
    private readonly List<SavedVariable> _missing = [];
    private readonly List<MisfitVariable> _misfits = [];
    private readonly Dictionary<string, Shape> _shapes = [];

    private RestorePlan(CheckpointReader reader, RestoreOptions options)
    {
        _reader = reader;
        _options = options;
    }

    /// <summary>The variables that can be restored, with the names of the tensors.</summary>
    public IReadOnlyList<SavedVariable> Fitting => _fitting;

    /// <summary>Those that the checkpoint has nothing for.</summary>
    public IReadOnlyList<SavedVariable> Missing => _missing;

    /// <summary>Those that it has another shape or type for.</summary>
    public IReadOnlyList<MisfitVariable> Misfits => _misfits;

    /// <summary>The tensors that no variable takes, without those that are no variables.</summary>
    public IReadOnlyList<string> Unused
    {
        get
        {
            HashSet<string> used = new(_fitting.Count + _misfits.Count, StringComparer.Ordinal);
            used.UnionWith(_fitting.Select(variable => variable.CheckpointName));
            used.UnionWith(_misfits.Select(misfit => misfit.CheckpointName));
            return [.. _reader.Tensors.Select(tensor => tensor.Name).Where(name => !used.Contains(name) && name != SessionState.TensorName && name != CheckpointObjects.TensorName)];
        }
    }

    /// <summary>Looks at all variables.</summary>
    /// <param name="saver">The variables that a saver restores.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="variables">The variables as the engine knows them.</param>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="options">What is asked for.</param>
    /// <exception cref="GraphException">The options name variables that there are not.</exception>
    public static RestorePlan Make(
        IReadOnlyList<SavedVariable> saver, Graph graph, IReadOnlyList<VariableInfo> variables, CheckpointReader reader, RestoreOptions options)
    {
        RestorePlan plan = new(reader, options);
        plan._fitting.EnsureCapacity(saver.Count);
        Dictionary<string, VariableInfo> known = variables.ToDictionary(variable => variable.Name, StringComparer.Ordinal);
        foreach (SavedVariable variable in plan.Wanted(saver, graph))
        {
            plan.Look(variable, known.GetValueOrDefault(variable.Name));
        }

        return plan;
    }

    /// <summary>All that does not fit, in one error.</summary>
    /// <exception cref="MissingVariableException">Something does not.</exception>
    public void Demand(CheckpointInfo checkpoint)
    {
        string[] faults =
        [
            .. _missing.Take(MostTold).Select((variable, i) =>
                $"Variable '{variable.CheckpointName}' {ShapeOf(variable)} is not in checkpoint '{checkpoint.Name}'{(i < MostHints ? Nearest(variable.CheckpointName) : "")}"),
            .. _misfits.Take(MostTold).Select(misfit => $"Variable '{misfit.Variable}' is {misfit.DType.Name()} {misfit.Shape}; checkpoint '{checkpoint.Name}' has {misfit.FoundDType.Name()} {misfit.FoundShape}"),
        ];
        if (faults.Length > 0)
        {
            int rest = _missing.Count + _misfits.Count - faults.Length;
            throw new MissingVariableException(
                $"{string.Join(". ", faults)}{(rest > 0 ? $". So it is with {rest:n0} more" : "")}. Nothing was restored. Other names are given by a map (-Map @{{ '{Example()}' = '{_missing.Select(variable => variable.Name).FirstOrDefault() ?? _misfits[0].Variable}' }}), what is there is restored by a partial restore (-Partial).",
                checkpoint.Prefix,
                [.. _missing.Select(variable => variable.Name), .. _misfits.Select(misfit => misfit.Variable)],
                _missing.Count > 0 ? StatusCode.NotFound : StatusCode.InvalidArgument);
        }
    }

    private Shape ShapeOf(SavedVariable variable) => _shapes.GetValueOrDefault(variable.Name, Shape.Unknown);

    private string Example() => _missing.Count > 0 && NearestNames.To(_missing[0].CheckpointName, _reader.Tensors.Select(tensor => tensor.Name), 1) is [var near] ? near : "name in the checkpoint";

    private string Nearest(string name)
    {
        IReadOnlyList<string> nearest = NearestNames.To(name, _reader.Tensors.Select(tensor => tensor.Name), 1);
        return nearest is [var candidate] ? $" (did you mean '{candidate}' {_reader.Find(candidate)!.Shape}?)" : "";
    }

    // What is to be restored, by the names that it has in this checkpoint.
    private IEnumerable<SavedVariable> Wanted(IReadOnlyList<SavedVariable> saver, Graph graph)
    {
        HashSet<string>? picked = _options.Include is null && _options.Exclude.Count == 0
            ? null
            : NamePatterns.Pick([.. saver.Select(variable => variable.Name).Distinct()], _options.Include, _options.Exclude, "variable that can be restored");
        Dictionary<string, string> renamed = _options.Map is { } map ? Renamed(map, saver) : [];
        HashSet<string> averaged = _options.MovingAverage ? Averaged(saver, graph) : [];
        foreach (SavedVariable variable in saver.Where(variable => picked?.Contains(variable.Name) ?? true))
        {
            string name = renamed.GetValueOrDefault(variable.Name, variable.CheckpointName);
            yield return averaged.Contains(variable.Name) ? variable with { CheckpointName = name + AverageSuffix }
                : ReferenceEquals(name, variable.CheckpointName) ? variable
                : variable with { CheckpointName = name };
        }
    }

    // Names in the checkpoint by variable.
    private static Dictionary<string, string> Renamed(IReadOnlyDictionary<string, string> map, IReadOnlyList<SavedVariable> saver)
    {
        Dictionary<string, string> renamed = [];
        List<string> idle = [];
        foreach ((string checkpointName, string target) in map)
        {
            string pattern = Graph.ParseTensorName(target).Operation;
            int found = 0;
            foreach (SavedVariable variable in saver)
            {
                // A partitioned variable is named as a whole, or slice by slice.
                if ((Star(pattern, variable.Name) ?? Star(pattern, variable.CheckpointName)) is { } letters)
                {
                    renamed[variable.Name] = checkpointName.Replace("*", letters, StringComparison.Ordinal);
                    found++;
                }
            }

            if (found == 0)
            {
                idle.Add($"'{target}'.{NearestNames.Hint(pattern, saver.Select(variable => variable.Name))}");
            }
        }

        return idle.Count == 0 ? renamed : throw new GraphException(StatusCode.NotFound, $"The map names variables that are not restored: {string.Join("; ", idle)}");
    }

    // The letters that a pattern's one star stands for, empty if it has none; null if the name does not match.
    private static string? Star(string pattern, string name)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return pattern == name ? "" : null;
        }

        string start = pattern[..star], end = pattern[(star + 1)..];
        return name.Length >= start.Length + end.Length && name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)
            ? name[start.Length..^end.Length]
            : null;
    }

    // Trained variables have averages, and those of which the graph says so; where it says nothing, the checkpoint does.
    private HashSet<string> Averaged(IReadOnlyList<SavedVariable> saver, Graph graph)
    {
        HashSet<string> averaged =
        [
            .. graph.Builder.Variables(CollectionKeys.TrainableVariables).Concat(graph.Builder.Variables("moving_average_variables")).Select(variable => variable.Name),
            .. saver.Where(variable => _reader.FindVariable(variable.CheckpointName + AverageSuffix) is not null).Select(variable => variable.Name),
        ];
        return _reader.Tensors.Any(tensor => tensor.Name.EndsWith(AverageSuffix, StringComparison.Ordinal))
            ? averaged
            : throw new ModelFileException(StatusCode.NotFound, _reader.Prefix, $"the checkpoint has no moving averages: no name in it ends with '{AverageSuffix}'.");
    }

    private void Look(SavedVariable variable, VariableInfo? info)
    {
        if (Find(variable) is not { } found)
        {
            if (info is not null)
            {
                _shapes[variable.Name] = info.Shape;
            }

            _missing.Add(variable);
            return;
        }

        (SavedVariable located, CheckpointTensor tensor) = found;
        if (info is not null && !Fits(located, info, tensor))
        {
            _misfits.Add(new MisfitVariable(variable.Name, tensor.Name, info.DType, info.Shape, tensor.DType, tensor.Shape));
            return;
        }

        _fitting.Add(located);
    }

    // By its name; a slice also under its variable's own name, where a saver saved it as a variable by itself; and what is named as a part
    // of a variable as a slice of that.
    private (SavedVariable Variable, CheckpointTensor Tensor)? Find(SavedVariable variable)
    {
        if (_reader.FindVariable(variable.CheckpointName) is { } tensor)
        {
            return (tensor.Name == variable.CheckpointName ? variable : variable with { CheckpointName = tensor.Name }, tensor);
        }

        if (variable.Slice.Length > 0)
        {
            return _reader.FindVariable(variable.Name) is { } own ? (variable with { CheckpointName = own.Name, Slice = "" }, own) : null;
        }

        return _reader.FindPart(variable.CheckpointName) is { } part
            ? (variable with { CheckpointName = part.Tensor.Name, Slice = new Files.ShapeAndSlice(part.Tensor.Shape, part.Slice).ToString() }, part.Tensor)
            : null;
    }

    private bool Fits(SavedVariable variable, VariableInfo info, CheckpointTensor tensor)
    {
        if (info.DType != tensor.DType)
        {
            return false;
        }

        if (variable.Slice.Length > 0)
        {
            Files.ShapeAndSlice place = Files.ShapeAndSlice.Parse(variable.Slice);
            return place.Full.Equals(tensor.Shape) && info.Shape.IsCompatibleWith(place.Shape);
        }

        return info.Shape.IsCompatibleWith(tensor.Shape)
            || ((_options.Reshape || variable.Reshape) && info.Shape.IsFullyDefined && info.Shape.ElementCount == tensor.Shape.ElementCount);
    }
}
