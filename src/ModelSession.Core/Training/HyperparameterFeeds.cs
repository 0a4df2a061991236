namespace ModelSessions.Training;

/// <summary>What a session's hyperparameters are fed with, at each iteration.</summary>
internal sealed class HyperparameterFeeds
{
    private readonly (HyperparameterFeed Feed, Func<long, double> Value)[] _feeds;

    /// <summary>The feeds of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="value">The value of a hyperparameter by iteration; null if it has none, and is not fed.</param>
    public HyperparameterFeeds(ModelSession session, Func<Hyperparameter, Func<long, double>?> value) => _feeds =
    [
        .. session.Hyperparameters
            .Select(h => (h.Name, Value: value(h)))
            .Where(pair => pair.Value is not null)
            .Select(pair => (new HyperparameterFeed(pair.Name, session.Tensor($"{Roles.Hyperparameters}.{pair.Name}")), pair.Value!)),
    ];

    /// <summary>The names of the fed tensors.</summary>
    public IEnumerable<string> Names => _feeds.Select(pair => pair.Feed.TensorName);

    /// <summary>Sets their values, from an index on.</summary>
    public void Set(Tensor[] values, int at, long iteration)
    {
        foreach ((HyperparameterFeed feed, Func<long, double> value) in _feeds)
        {
            values[at++] = feed.Of(value(iteration));
        }
    }
}
