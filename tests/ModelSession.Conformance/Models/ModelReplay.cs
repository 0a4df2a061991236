using System.Text.Json;
using ModelSessions.Conformance.Golden;

namespace ModelSessions.Conformance.Models;

/// <summary>Replays one golden model on a graph: trajectory, initial and final variables, resume, predictions, gradients.</summary>
internal abstract class ModelReplay(string folder, IEngine engine)
{
    // The initialisers' bits come from Philox; only log, sin and cos may differ by a bit or two.
    private const double InitializerTolerance = 2e-6;

    // Where a model states no tolerance of its predictions: what TensorFlow's own configurations differ by, ten times.
    private static readonly Tolerance s_prediction = new(false, 1e-5, 1e-6);

    private readonly Trajectory _trajectory = GoldenJson.Read<Trajectory>(Path.Combine(folder, "trajectory.json"));

    /// <summary>What the model is.</summary>
    protected ModelCase Case { get; } = GoldenJson.Read<ModelCase>(Path.Combine(folder, "model.json"));

    /// <summary>Checks all parts.</summary>
    /// <exception cref="MismatchException">One does not hold.</exception>
    public virtual void Check()
    {
        using ModelFeeds feeds = new(folder, "feeds");
        using ModelFeeds predictions = new(folder, "predict");
        using (IEngineSession session = Start(0))
        {
            CheckSamples(session, _trajectory.InitialSamples, _ => InitializerTolerance, "initial");
            CheckSteps(session, feeds, 0, step => step.Values);
            CheckFinalVariables(session);
            CheckSamples(session, _trajectory.FinalSamples, FinalTolerance, "final");
            if (Case.Light)
            {
                // No final checkpoint is stored: the state after the steps stands for it.
                CheckPredictions(session, predictions, "final");
            }
        }

        if (Case.Mid is { } mid)
        {
            CheckInitializers();
            CheckResume(feeds, mid);
            using IEngineSession final = Start(Case.Steps);
            CheckPredictions(final, predictions, "final");
        }

        CheckMore(predictions);
        CheckGradients(feeds);
    }

    /// <summary>The checkpoint after a step.</summary>
    protected string Prefix(int step) => Path.Combine(folder, $"model.ckpt-{step}");

    /// <summary>The graph, made anew.</summary>
    protected abstract Graph NewGraph();

    /// <summary>Restores a checkpoint into a session with a <see cref="NewGraph"/>.</summary>
    protected abstract void Restore(IEngineSession session, string prefix);

    /// <summary>Checks what else a model has.</summary>
    protected virtual void CheckMore(ModelFeeds predictions)
    {
    }

    // Each in a session of its own: random generators begin anew.
    private void CheckGradients(ModelFeeds feeds)
    {
        using ModelFeeds? arrays = File.Exists(Path.Combine(folder, "gradients.npz")) ? new ModelFeeds(folder, "gradients") : null;
        foreach (LossGradients entry in ModelGradients.Read(folder))
        {
            Graph graph = NewGraph();
            IReadOnlyList<string> names = ModelGradients.Add(graph, entry);
            using IEngineSession session = Start(0, graph);
            // What fills queues comes before the first step that trains.
            CheckSteps(session, feeds, 0, step => step.Values, until: entry.Step - 1);
            TrajectoryStep step = _trajectory.Steps.First(step => step.Step == entry.Step);
            Dictionary<string, Tensor> fed = _trajectory.Phases[entry.Phase].Feeds.ToDictionary(feed => feed.Key, feed => feeds.Value(feed.Value, step));
            Tensor[] fetched = new Tensor[names.Count];
            session.Prepare(new RunSignature([.. fed.Keys], names, [])).Run([.. fed.Values], fetched, CancellationToken.None);
            for (int i = 0; i < fetched.Length; i++)
            {
                VariableGradient expected = entry.Gradients[i];
                Comparison.Check($"gradient of '{entry.Loss}' by '{expected.Variable}'", arrays![expected.Key], fetched[i], new Tolerance(false, 0, expected.Tolerance));
            }
        }
    }

    private void CheckResume(ModelFeeds feeds, int mid)
    {
        using IEngineSession session = Start(mid);
        CheckSteps(session, feeds, mid, step => _trajectory.ResumeEqualsTrajectory != false
            ? step.Values
            : _trajectory.ResumeValues![step.Step - mid - 1]);
    }

    private void CheckInitializers()
    {
        if (Case.Init.Count == 0)
        {
            return;
        }

        using IEngineSession restored = Start(0);
        using IEngineSession initialized = engine.Open(NewGraph(), new EngineOptions { Files = FilePermissions.All(folder) });
        RunTargets(initialized, Case.Init);
        TakePretrained(initialized);
        CheckVariables(restored, initialized, _ => InitializerTolerance, "initialised");
    }

    // Fine-tuning starts with another model's values, under its names.
    private void TakePretrained(IEngineSession session)
    {
        string names = Path.Combine(folder, "rename_map.json"), prefix = Path.Combine(folder, "pretrained.ckpt");
        if (!File.Exists(names) || !File.Exists(prefix + ".index"))
        {
            return;
        }

        using CheckpointReader reader = CheckpointReader.Open(prefix);
        foreach ((string stored, string variable) in GoldenJson.Read<Dictionary<string, string>>(names))
        {
            session.WriteVariable(variable, reader.Read(stored));
        }
    }

    private void CheckFinalVariables(IEngineSession trained)
    {
        if (!Case.Light)
        {
            using IEngineSession expected = Start(Case.Steps);
            CheckVariables(expected, trained, FinalTolerance, "final");
        }
    }

    // Local variables are in no checkpoint; they have no tolerance either.
    private bool IsSaved(VariableInfo variable) =>
        variable.IsInitialized && (_trajectory.FinalVariableTolerance?.ContainsKey(variable.Name) ?? true);

    private void CheckVariables(IEngineSession expected, IEngineSession actual, Func<string, double> tolerance, string what)
    {
        foreach (VariableInfo variable in expected.Variables.Where(IsSaved))
        {
            Tensor found = actual.ReadVariable(variable.Name)
                ?? throw new MismatchException($"{what} '{variable.Name}': expected a value, found none");
            Comparison.Check($"{what} '{variable.Name}'", expected.ReadVariable(variable.Name)!, found, new Tolerance(false, 0, tolerance(variable.Name)));
        }
    }

    private void CheckSteps(IEngineSession session, ModelFeeds feeds, int after, Func<TrajectoryStep, IReadOnlyDictionary<string, double>> values, int until = int.MaxValue)
    {
        foreach (TrajectoryStep step in _trajectory.Steps.Where(step => step.Step > after && step.Step <= until))
        {
            Phase phase = _trajectory.Phases[step.Phase];
            Dictionary<string, double> found = [];
            Run(session, phase.Feeds.ToDictionary(feed => feed.Key, feed => feeds.Value(feed.Value, step)), phase.Fetches, phase.Targets, found);
            if (phase.After.Count > 0)
            {
                Run(session, [], phase.After, [], found);
            }

            foreach ((string label, double expected) in values(step))
            {
                double allowed = Math.Max(step.Tolerance[label], phase.Quantum.GetValueOrDefault(label) * 1.0001);
                if (!(Math.Abs(found[label] - expected) <= allowed) && !(double.IsNaN(expected) && double.IsNaN(found[label])))
                {
                    throw new MismatchException($"step {step.Step} ({(after == 0 ? "" : "resumed, ")}{step.Phase}) {label}: expected {expected:R} within {allowed:R}, found {found[label]:R}");
                }
            }
        }
    }

    private static void Run(
        IEngineSession session,
        Dictionary<string, Tensor> feeds,
        IReadOnlyDictionary<string, string> fetches,
        IReadOnlyList<string> targets,
        Dictionary<string, double> found)
    {
        // Python's client gives a fed tensor back by itself; engines refuse to.
        string[] wanted = [.. fetches.Values.Where(tensor => !feeds.ContainsKey(tensor))];
        Tensor[] fetched = new Tensor[wanted.Length];
        session.Prepare(new RunSignature([.. feeds.Keys], wanted, targets)).Run([.. feeds.Values], fetched, CancellationToken.None);
        int i = 0;
        foreach ((string label, string tensor) in fetches)
        {
            found[label] = Number(feeds.TryGetValue(tensor, out Tensor? fed) ? fed : fetched[i++]);
        }
    }

    protected void CheckPredictions(IEngineSession session, ModelFeeds arrays, string what, Func<string, bool>? isThere = null)
    {
        Graph? graph = null;
        Dictionary<string, Tensor> feeds = Case.Inputs.Where(input => isThere?.Invoke(input.Value) ?? true).ToDictionary(input => input.Value, input => arrays[$"input/{input.Key}"]);
        foreach ((string tensor, JsonElement value) in Case.PredictFeeds)
        {
            graph ??= NewGraph();
            feeds[tensor] = Scalar(graph.Tensor(tensor).DType, value);
        }

        Tensor[] fetched = new Tensor[Case.Outputs.Count];
        session.Prepare(new RunSignature([.. feeds.Keys], [.. Case.Outputs.Values], [])).Run([.. feeds.Values], fetched, CancellationToken.None);
        int i = 0;
        foreach (string key in Case.Outputs.Keys)
        {
            Comparison.Check($"{what} prediction '{key}'", arrays[$"output/{key}"], fetched[i++], PredictionTolerance(key));
        }
    }

    private static void CheckSamples(IEngineSession session, IReadOnlyDictionary<string, VariableSample>? samples, Func<string, double> tolerance, string what)
    {
        foreach ((string name, VariableSample sample) in samples ?? new Dictionary<string, VariableSample>())
        {
            Tensor value = session.ReadVariable(name) ?? throw new MismatchException($"{what} '{name}': expected a value, found none");
            double[] numbers = value.DType == DType.Float32 ? [.. value.Span<float>().ToArray().Select(x => (double)x)] : [Number(value)];
            double allowed = tolerance(name);
            // What the sums may differ by if each element differs by the tolerance (Cauchy-Schwarz for the squares).
            double sum = allowed * numbers.Length, squares = 2 * allowed * Math.Sqrt(numbers.Length * sample.SumOfSquares) + allowed * sum;
            bool near = Math.Abs(numbers.Sum() - sample.Sum) <= sum
                && Math.Abs(numbers.Sum(x => x * x) - sample.SumOfSquares) <= squares
                && numbers.Take(sample.First.Count).Zip(sample.First).All(pair => Math.Abs(pair.First - pair.Second) <= allowed)
                && numbers.TakeLast(sample.Last.Count).Zip(sample.Last).All(pair => Math.Abs(pair.First - pair.Second) <= allowed);
            if (!near)
            {
                throw new MismatchException($"{what} '{name}': expected sum {sample.Sum:R}, sum of squares {sample.SumOfSquares:R}, first {sample.First[0]:R}; found {numbers.Sum():R}, {numbers.Sum(x => x * x):R}, {numbers[0]:R}");
            }
        }
    }

    private IEngineSession Start(int step, Graph? graph = null)
    {
        IEngineSession session = engine.Open(graph ?? NewGraph(), new EngineOptions { Files = FilePermissions.All(folder) });
        if (Case.Light)
        {
            RunTargets(session, Case.Init);
        }
        else
        {
            Restore(session, Prefix(step));
        }

        RunTargets(session, Case.LocalInit);
        return session;
    }

    private static void RunTargets(IEngineSession session, IReadOnlyList<string> targets)
    {
        if (targets.Count > 0)
        {
            session.Prepare(new RunSignature([], [], targets)).Run([], [], CancellationToken.None);
        }
    }

    private double FinalTolerance(string variable) => _trajectory.FinalVariableTolerance?.GetValueOrDefault(variable) ?? 0;

    private Tolerance PredictionTolerance(string output) =>
        Case.PredictTolerance.TryGetValue(output, out double absolute) ? new Tolerance(false, 0, absolute) : s_prediction;

    private static Tensor Scalar(DType dtype, JsonElement value) => dtype switch
    {
        DType.Bool => Tensor.Scalar(value.ValueKind == JsonValueKind.Number ? value.GetDouble() != 0 : value.GetBoolean()),
        DType.Int32 => Tensor.Scalar(value.GetInt32()),
        DType.Int64 => Tensor.Scalar(value.GetInt64()),
        DType.Float64 => Tensor.Scalar(value.GetDouble()),
        _ => Tensor.Scalar(value.GetSingle()),
    };

    private static double Number(Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => tensor.ToScalar<float>(),
        DType.Float64 => tensor.ToScalar<double>(),
        DType.Int64 => tensor.ToScalar<long>(),
        DType.Bool => tensor.ToScalar<bool>() ? 1 : 0,
        _ => tensor.ToScalar<int>(),
    };
}
