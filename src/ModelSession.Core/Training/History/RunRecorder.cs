using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Records a call that trains a session while it goes on. Is the first of the observers, so that a checkpoint tells of its own step.</summary>
internal sealed class RunRecorder : TrainingObserver
{
    private static readonly string s_version = typeof(RunRecorder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private readonly ModelSession _session;
    private readonly TrainingOptions _options;
    private readonly Thinned<TrainingPoint> _losses = new(TrainingRun.MostPoints / 2);
    private readonly Thinned<TrainingPoint> _evaluations = new(TrainingRun.MostPoints / 2);
    private readonly List<string> _checkpoints = [];
    private readonly List<double?> _startValues = [];
    private readonly TrainingRun _begun;
    private TrainingProgress? _progress;
    private TrainingResult? _result;
    private StopReason? _ending;
    private TrainingRun? _done;

    /// <summary>A recorder of a call that begins now.</summary>
    /// <param name="number">The call's number.</param>
    /// <param name="session">The session.</param>
    /// <param name="part">The examples; null if the graph has data of its own.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="operation">The train operation.</param>
    /// <param name="position">Where the first batch begins; null if the graph has data of its own.</param>
    public RunRecorder(int number, ModelSession session, DatasetPart? part, TrainingOptions options, string operation, DatasetPosition? position)
    {
        (_session, _options) = (session, options);
        _begun = new TrainingRun
        {
            Number = number,
            Started = DateTime.UtcNow,
            FirstIteration = session.Iteration,
            StartedFrom = session.HasChanged ? null : session.Checkpoint?.Name,
            BatchSize = part is null ? null : options.BatchSize,
            Shuffle = part is null ? null : options.Shuffle,
            LastBatch = part is null ? null : $"{options.LastBatch}",
            Seed = session.Seed,
            ShuffleSeed = position?.Seed,
            Dataset = part?.Name,
            Fingerprint = part?.Fingerprint,
            DatasetExamples = part?.Count,
            Epoch = position?.Epoch,
            EpochIndex = position?.Index,
            TrainOperation = operation,
            Version = s_version,
            Engine = session.EngineName,
            Threads = session.ThreadCount,
            Processor = Processor(),
            Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
        };
    }

    /// <summary>The call as far as it has come.</summary>
    public TrainingRun Run => (_done ?? SoFar()) with { Checkpoints = _checkpoints };

    private TrainingRun SoFar() => _begun with
    {
        Duration = _result?.Duration ?? _progress?.Elapsed ?? TimeSpan.Zero,
        StopReason = _result?.StopReason ?? _ending,
        LastIteration = _begun.FirstIteration is null ? null : _session.Iteration,
        Steps = _progress?.Steps ?? 0,
        Examples = _progress?.Examples ?? 0,
        Loss = _progress?.Loss,
        Hyperparameters = [.. _session.Hyperparameters.Select((known, i) => new RunHyperparameter(
            known.Name, i < _startValues.Count ? _startValues[i] : known.Training, known.Training, ScheduleOf(known)?.ToString()))],
        Points = [.. _losses.Items.Concat(_evaluations.Items).GroupBy(point => point.Iteration).OrderBy(group => group.Key).Select(group => group.Last())],
    };

    /// <inheritdoc/>
    public override void Started(TrainingProgress progress) => _progress = progress;

    /// <inheritdoc/>
    public override void Stepped(TrainingProgress progress)
    {
        if (_startValues.Count == 0)
        {
            _startValues.AddRange(_session.Hyperparameters.Select(known => known.Training));
        }

        _losses.Add(new TrainingPoint(progress.Iteration, progress.Loss));
    }

    /// <inheritdoc/>
    public override void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result)
    {
        bool more = _evaluations.Items.Count > 0 && _evaluations.Items[^1].Iteration == progress.Iteration;
        TrainingPoint point = more ? _evaluations.Items[^1] : new TrainingPoint(progress.Iteration, progress.Loss);
        Dictionary<string, double> values = new(result.Metrics, StringComparer.OrdinalIgnoreCase);
        if (result.Loss is { } loss)
        {
            values["loss"] = loss;
        }

        point = part == EvaluatedPart.Batch ? point with { Batch = values } : point with { Validation = values };
        if (more)
        {
            _evaluations.Replace(point);
        }
        else
        {
            _evaluations.Add(point);
        }
    }

    /// <inheritdoc/>
    public override void Ended(TrainingProgress progress, TrainingResult result) => _result = result;

    /// <summary>Before a last checkpoint is saved.</summary>
    public void Ending(StopReason? reason) => _ending = reason;

    /// <summary>After the call, however it ended: what the session does next is not told of it.</summary>
    public void Close() => _done = SoFar();

    /// <summary>Notes a checkpoint that was saved.</summary>
    public void Saved(string checkpoint)
    {
        _checkpoints.Remove(checkpoint);
        _checkpoints.Add(checkpoint);
        if (_checkpoints.Count > TrainingRun.MostCheckpoints)
        {
            _checkpoints.RemoveAt(0);
        }
    }

    private Schedule? ScheduleOf(Hyperparameter hyperparameter) =>
        _options.Hyperparameters.FirstOrDefault(pair => Hyperparameter.SameName(pair.Key, hyperparameter.Name)).Value;

    // Sums of vectors of another width, or products that are rounded once more, have other last bits.
    private static string Processor()
    {
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return $"{RuntimeInformation.ProcessArchitecture}, vectors of {width} bits{(Fma.IsSupported || RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ", fused multiply-add" : "")}";
    }
}
