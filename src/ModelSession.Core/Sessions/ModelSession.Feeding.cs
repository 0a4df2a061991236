using ModelSessions.Protos;
using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    private QueueRunners? _runners;

    /// <summary>Whether the graph's own data came to its end, so that it must begin anew.</summary>
    internal bool HasDataEnded { get; set; }

    /// <summary>Starts the threads that fill the graph's queues, as its queue runners state (TensorFlow's <c>start_queue_runners</c>). They run until
    /// the data ends, or they or the session are disposed. Those that run already are given back.</summary>
    /// <exception cref="GraphException">The collection of queue runners is damaged, or names what is not in the graph.</exception>
    /// <exception cref="UnsupportedFeatureException">The engine cannot run what fills a queue.</exception>
    public QueueRunners StartQueueRunners() => StartQueueRunners(QueueRunners.Of(Graph));

    internal QueueRunners StartQueueRunners(IReadOnlyList<QueueRunnerDef> wanted)
    {
        if (_runners is { Stopping.IsCancellationRequested: false } running && wanted.All(runner => running.Queues.Contains(runner.QueueName)))
        {
            return running;
        }

        _runners?.Dispose();
        return _runners = new QueueRunners(Graph, Engine, wanted);
    }

    /// <summary>Begins the graph's own data anew: stops what fills the queues, empties them, and runs what is to be run after every restore.</summary>
    internal void RestartData()
    {
        _runners?.Dispose();
        _runners = null;
        Engine.ResetQueues();
        InitializeLocal(guess: true);
        HasDataEnded = false;
    }

    private void InitializeLocal(bool guess)
    {
        if (Binding.Name(Roles.InitializeLocal) is { } name)
        {
            Run([], targets: [name]);
        }
        else if (guess)
        {
            TryRun(LocalInitializers.Of(Graph));
        }
    }

    // Nobody has asked for these by name: one that fails is told, and what needs it will fail.
    private void TryRun(IEnumerable<string> initializers)
    {
        foreach (string initializer in initializers)
        {
            try
            {
                Run([], targets: [initializer]);
            }
            catch (Exception error) when (error is EngineException or UnsupportedFeatureException or GraphException)
            {
                string warning = $"The initialiser '{initializer}' cannot be run: {error.Message}";
                _warnings = _warnings.Contains(warning) ? _warnings : [.. _warnings, warning];
            }
        }
    }
}
