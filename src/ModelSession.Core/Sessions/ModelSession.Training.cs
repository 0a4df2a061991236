using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Examples evaluated at once, unless told otherwise: enough to keep all processors busy, little enough memory.</summary>
    public const int DefaultEvaluationBatchSize = 200;

    /// <summary>Trains with a dataset's training part.</summary>
    /// <inheritdoc cref="Train(DatasetPart, TrainingOptions, CancellationToken)"/>
    public TrainingResult Train(ModelDataset data, TrainingOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Train(data.Train, options, cancel);
    }

    /// <summary>Trains. A later call goes on with the very next example.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="options">How long and with what; one epoch by default.</param>
    /// <param name="cancel">Ends the training: a step whose updates have begun is finished, any other is not done.</param>
    /// <exception cref="GraphException">The binding has no train operation, or the examples do not fit the graph.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options makes no sense.</exception>
    /// <exception cref="SessionBusyException">It is being trained already, by another thread or by what calls this.</exception>
    public TrainingResult Train(DatasetPart data, TrainingOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using TrainingTurn turn = BeginTraining();
        using TrainingLoop loop = new(this, data, options ?? new TrainingOptions());
        return loop.Run(cancel);
    }

    /// <summary>Trains a graph that has data of its own: queues, which are filled by its queue runners, or iterators. Where the data ends
    /// (OUT_OF_RANGE) an epoch ends, and the next begins the data anew. A later call goes on with the very next batch.</summary>
    /// <param name="options">How long and with what; one epoch by default, or what is left of it.</param>
    /// <param name="cancel">Ends the training after the current step, or while it waits for data.</param>
    /// <exception cref="GraphException">The binding has no train operation.</exception>
    /// <exception cref="EngineException">A step failed, or what fills a queue.</exception>
    public TrainingResult Train(TrainingOptions? options = null, CancellationToken cancel = default)
    {
        using TrainingTurn turn = BeginTraining();
        using TrainingLoop loop = new(this, part: null, options ?? new TrainingOptions());
        return loop.Run(cancel);
    }

    /// <summary>Evaluates a dataset's test part.</summary>
    /// <inheritdoc cref="Evaluate(DatasetPart, int, Action{long}, CancellationToken)"/>
    public EvaluationResult Evaluate(ModelDataset data, int batchSize = DefaultEvaluationBatchSize, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(
            data.Test ?? throw new GraphException(StatusCode.NotFound, $"'{data.Name}' has no test part; give a part of it."), batchSize, cancel);
    }

    /// <inheritdoc cref="Evaluate(DatasetPart, int, Action{long}, CancellationToken)"/>
    public EvaluationResult Evaluate(DatasetPart data, int batchSize = DefaultEvaluationBatchSize, CancellationToken cancel = default) =>
        Evaluate(data, batchSize, progress: null, cancel);

    /// <summary>Means of loss and metrics over examples, with the hyperparameters of evaluation. Changes no number of a training.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="batchSize">How many at once.</param>
    /// <param name="progress">Is told, after each batch, how many examples are done; null for nobody.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="GraphException">The binding has neither loss nor metrics, or the examples do not fit the graph.</exception>
    public EvaluationResult Evaluate(DatasetPart data, int batchSize, Action<long>? progress, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new Evaluator(this, data, batchSize).Run(cancel, progress);
    }

    /// <summary>Sets the value of a hyperparameter for the training calls that leave it out.</summary>
    /// <exception cref="GraphException">The model has no such hyperparameter.</exception>
    public void SetHyperparameter(string name, double value)
    {
        int index = _hyperparameters.FindIndex(known => Hyperparameter.SameName(known.Name, name));
        if (index < 0)
        {
            throw new GraphException(StatusCode.NotFound, $"The model has no hyperparameter '{name}'.{NearestNames.Hint(name, _hyperparameters.Select(h => h.Name))}");
        }

        if (_hyperparameters[index].Training != value)
        {
            HyperparameterFeed.Check(name, value);
            _hyperparameters[index] = _hyperparameters[index] with { Training = value };
        }
    }
}
