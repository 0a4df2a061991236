using System.Diagnostics;
using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions;

/// <summary>Measures runs of a session.</summary>
internal sealed class ModelMeter
{
    // So many are enough to know where the time goes.
    private const int MostTraced = 20;

    private readonly ModelSession _session;
    private readonly MeasureOptions _options;
    private readonly GraphTensor[] _inputs;
    private readonly string[] _fetches;
    private readonly string[] _targets;

    public ModelMeter(ModelSession session, MeasureOptions options)
    {
        session.ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.WarmUp);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        (_session, _options) = (session, options);
        bool named = options.Fetches is { Count: > 0 } || options.Targets.Count > 0;
        if (options.Signature is not null && named)
        {
            throw new ArgumentException("A signature says what is run; give either that, or names.");
        }

        SignatureInfo? signature = named ? null : (options.Signature is null ? session.BoundSignature() : null) ?? session.Signature(options.Signature);
        _fetches = signature is null ? [.. (options.Fetches ?? []).Select(name => session.Tensor(name).Name)] : [.. signature.Outputs.Select(output => session.Tensor(signature, output).Name)];
        _targets = [.. options.Targets.Select(name => session.Operation(name).Name)];
        _inputs = signature is not null ? [.. signature.Inputs.Select(input => session.Tensor(signature, input))]
            : [.. session.Binding.NamesOf(Roles.Inputs).Values.Select(session.Graph.Tensor)];
    }

    /// <summary>Measures with the first examples of a dataset, over and over again.</summary>
    public ModelMeasurement Run(DatasetPart part, CancellationToken cancel)
    {
        if (_inputs is not [var input])
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The model takes {_inputs.Length} inputs; a dataset is for one. Feed them by name.");
        }

        int size = (int)Math.Min(_options.BatchSize, part.Count);
        GraphTensor? labels = part.HasLabels && _options.Signature is null && _session.Binding.Name(Roles.Labels) is { } y ? _session.Graph.Tensor(y) : null;
        GraphTensor? weights = labels is not null && _session.Binding.Name(Roles.Weights) is { } w ? _session.Graph.Tensor(w) : null;
        BatchFeed feed = new(part, input, labels, size, weights);
        Batch batch = feed.CreateBatch();
        batch.Take([.. Enumerable.Range(0, size).Select(row => (long)row)]);
        feed.Fill(batch);
        Dictionary<string, Tensor> feeds = new(StringComparer.Ordinal) { [input.Name] = batch.Inputs! };
        Add(labels, batch.Labels);
        Add(weights, batch.Weights);
        return Run(feeds, size, cancel);

        void Add(GraphTensor? tensor, Tensor? value)
        {
            if (tensor is not null)
            {
                feeds[tensor.Name] = value!;
            }
        }
    }

    /// <summary>Measures with given values; inputs that are not given are zeros.</summary>
    public ModelMeasurement Run(IReadOnlyDictionary<string, Tensor>? given, CancellationToken cancel)
    {
        Dictionary<string, Tensor> feeds = new(given ?? new Dictionary<string, Tensor>(), StringComparer.Ordinal);
        foreach (GraphTensor input in _inputs.Where(input => given is null || given.Count == 0))
        {
            feeds[input.Name] = Zeros(input);
        }

        long[] sizes = [.. _inputs.Where(input => feeds.ContainsKey(input.Name)).Select(input => feeds[input.Name].Shape.Rank > 0 ? feeds[input.Name].Shape[0] : -1).Distinct()];
        return Run(feeds, sizes is [>= 0 and var size] ? size : null, cancel);
    }

    private Tensor Zeros(GraphTensor input)
    {
        Shape shape = BatchFeed.FedShape(input);
        long[] sizes = [.. shape.Dimensions.ToArray().Select((size, i) => i == 0 && size < 0 ? _options.BatchSize : size)];
        return shape.HasRank && Array.TrueForAll(sizes, size => size >= 0) && !input.DType.IsObject()
            ? Tensor.Zeros(input.DType, Shape.Create(sizes))
            : throw new GraphException(StatusCode.InvalidArgument, $"The input '{input.Name}' is {input.DType.Name()} {shape}, which does not tell what could be fed. Give data, or a value for it.", input.Operation.Name);
    }

    private ModelMeasurement Run(Dictionary<string, Tensor> feeds, long? batchSize, CancellationToken cancel)
    {
        foreach (Hyperparameter known in _session.Hyperparameters)
        {
            GraphTensor tensor = _session.Tensor($"{Roles.Hyperparameters}.{known.Name}");
            double? value = _targets.Length > 0 ? known.Training ?? known.Evaluation : known.Evaluation ?? known.Training;
            if (value is { } number && !feeds.ContainsKey(tensor.Name))
            {
                feeds[tensor.Name] = new HyperparameterFeed(known.Name, tensor).Of(number);
            }
        }

        foreach ((string name, Tensor value) in feeds)
        {
            _session.Graph.Tensor(name).CheckFeed(value);
        }

        IRunPlan plan = _session.Engine.Prepare(new RunSignature([.. feeds.Keys], _fetches, _targets));
        Tensor[] values = [.. feeds.Values];
        EngineState? generators = _targets.Length == 0 ? _session.Engine.CaptureState() : null;
        _session.HasChanged |= _targets.Length > 0;
        try
        {
            return Measure(plan, values, batchSize, cancel);
        }
        finally
        {
            if (generators is not null)
            {
                _session.Engine.RestoreState(generators);
            }
        }
    }

    private ModelMeasurement Measure(IRunPlan plan, Tensor[] feeds, long? batchSize, CancellationToken cancel)
    {
        Tensor[] fetched = new Tensor[_fetches.Length];
        WorkCounter done = new(_options.Progress, _options.WarmUp + (long)_options.Count, WorkUnit.Runs);
        for (int i = 0; i < _options.WarmUp; i++)
        {
            plan.Run(feeds, fetched, cancel);
            done.Add(1);
        }

        TimeSpan[] times = new TimeSpan[_options.Count];
        for (int i = 0; i < times.Length; i++)
        {
            long began = Stopwatch.GetTimestamp();
            plan.Run(feeds, fetched, cancel);
            times[i] = Stopwatch.GetElapsedTime(began);
            done.Add(1);
        }

        Array.Sort(times);
        return new ModelMeasurement
        {
            Model = _session.ToString(),
            Run = [.. _fetches, .. _targets],
            BatchSize = batchSize,
            Count = times.Length,
            Minimum = times[0],
            Median = (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2,
            Mean = TimeSpan.FromTicks((long)times.Average(time => time.Ticks)),
            P95 = times[(int)Math.Ceiling(0.95 * times.Length) - 1],
            Engine = _session.EngineName,
            ThreadCount = _session.ThreadCount,
            PeakMemory = _session.Engine.PeakMemory,
            Nodes = _options.Nodes ? Traced(plan, feeds, fetched, cancel) : [],
        };
    }

    private OpMeasurement[] Traced(IRunPlan plan, Tensor[] feeds, Tensor[] fetched, CancellationToken cancel)
    {
        int runs = Math.Min(_options.Count, MostTraced);
        RunTrace trace = new();
        for (int i = 0; i < runs; i++)
        {
            plan.Run(feeds, fetched, cancel, trace);
        }

        double all = Math.Max(1, trace.Nodes.Sum(node => node.Duration.Ticks));
        return
        [
            .. trace.Nodes.GroupBy(node => node.Type).Select(kind => (kind.Key, Count: kind.Count(), Ticks: kind.Sum(node => node.Duration.Ticks), Bytes: kind.Sum(node => node.Bytes)))
                .OrderByDescending(kind => kind.Ticks).ThenBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new OpMeasurement(kind.Key, (double)kind.Count / runs, TimeSpan.FromTicks(kind.Ticks / runs), kind.Ticks / all, kind.Bytes / runs)),
        ];
    }
}
