using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>What is fed at each run over a dataset: inputs, labels, hyperparameters, in a fixed order, in the same memory each time.</summary>
internal sealed class FeedSet
{
    private readonly HyperparameterFeeds _hyperparameters;
    private readonly bool _hasInputs;
    private readonly bool _hasLabels;
    private readonly bool _hasWeights;

    /// <summary>A set for a session's binding.</summary>
    /// <param name="session">The session.</param>
    /// <param name="part">The dataset; null if the graph has data of its own.</param>
    /// <param name="largestBatch">At most so many examples at once.</param>
    /// <param name="value">The value of a hyperparameter by iteration; null if it has none, and is not fed.</param>
    /// <param name="training">Whether it is fed to learn, so that a session in front learns along.</param>
    public FeedSet(ModelSession session, DatasetPart? part, int largestBatch, Func<Hyperparameter, Func<long, double>?> value, bool training)
    {
        GraphTensor? inputs = part is not null && session.Binding.Name(Roles.Inputs) is { } x ? session.Graph.Tensor(x) : null;
        GraphTensor? labels = part is not null && session.Binding.Name(Roles.Labels) is { } y ? session.Graph.Tensor(y) : null;
        _hasInputs = inputs is not null;
        GraphTensor? weights = part is not null && session.Binding.Name(Roles.Weights) is { } w ? session.Graph.Tensor(w) : null;
        _hasLabels = labels is not null;
        _hasWeights = weights is not null;
        CheckWeights(part);
        Front = inputs is not null && session.Front is { } front ? new FrontFeed(front, value, training) : null;
        Batches = part is null ? null : new BatchFeed(part, Front?.Examples ?? inputs, labels, largestBatch, weights);
        _hyperparameters = new HyperparameterFeeds(session, value);
        List<string> names = [];
        names.AddRange(new[] { inputs, labels, weights }.OfType<GraphTensor>().Select(tensor => tensor.Name));
        names.AddRange(_hyperparameters.Names);
        Names = names;
        Values = new Tensor[names.Count];
    }

    /// <summary>Fills batches for the session's inputs and labels; null if the graph has data of its own.</summary>
    public BatchFeed? Batches { get; }

    /// <summary>What makes the inputs of examples; null if they are the inputs.</summary>
    public FrontFeed? Front { get; }

    /// <summary>The names of the fed tensors.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Their values, after <see cref="Set"/>.</summary>
    public Tensor[] Values { get; }

    // Weights that a model cannot take would be lost without a word.
    private void CheckWeights(DatasetPart? part)
    {
        if (part is { HasWeights: true } && !_hasWeights)
        {
            throw new GraphException(
                StatusCode.FailedPrecondition,
                $"The examples of '{part.Name}' have weights, but the model takes none: its binding has no '{Roles.Weights}'. Bind the placeholder that weighs its loss as '{Roles.Weights}', or give the examples without weights (leave -WeightColumn out, and the column by -Exclude).");
        }
    }

    /// <summary>Sets the values for a batch.</summary>
    public void Set(Batch? batch, long iteration)
    {
        int at = 0;
        if (_hasInputs)
        {
            Values[at++] = Front?.Run(batch!.Inputs!, iteration) ?? batch!.Inputs!;
        }

        if (_hasLabels)
        {
            Values[at++] = batch!.Labels!;
        }

        if (_hasWeights)
        {
            Values[at++] = batch!.Weights!;
        }

        _hyperparameters.Set(Values, at, iteration);
    }
}
