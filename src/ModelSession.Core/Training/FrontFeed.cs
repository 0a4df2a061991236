namespace ModelSessions.Training;

/// <summary>Runs the session in front of another: from examples to that one's inputs, and, in training, from the gradients of those inputs to a
/// step of its own.</summary>
internal sealed class FrontFeed
{
    private readonly ModelSession _session;
    private readonly FrontFeed? _front;
    private readonly HyperparameterFeeds _hyperparameters;
    private readonly IRunPlan _forward;
    private readonly IRunPlan? _backward;
    private readonly IRunPlan? _inputGradients;
    private readonly Tensor[] _feeds;
    private readonly Tensor[] _outputs = new Tensor[1];
    private readonly bool _advances;

    /// <summary>The front of a session.</summary>
    /// <param name="session">The session in front.</param>
    /// <param name="value">The value of a hyperparameter by iteration.</param>
    /// <param name="training">Whether it is to be trained, if it can be; else its random generators stay as they are.</param>
    public FrontFeed(ModelSession session, Func<Hyperparameter, Func<long, double>?> value, bool training)
    {
        session.ThrowIfDisposed();
        _session = session;
        _front = session.Front is { } before ? new FrontFeed(before, value, training) : null;
        _hyperparameters = new HyperparameterFeeds(session, value);
        GraphTensor inputs = session.Graph.Tensor(session.Binding.Required(Roles.Inputs));
        string[] names = [inputs.Name, .. _hyperparameters.Names];
        Examples = _front?.Examples ?? inputs;
        Trains = training && session.Binding.Name(Roles.OutputGradients) is not null && session.Binding.Name(Roles.Train) is not null;
        _advances = training && !Trains;
        _feeds = new Tensor[names.Length + (Trains ? 1 : 0)];
        _forward = session.Engine.Prepare(new RunSignature(names, [session.Graph.Tensor(session.Binding.Required(Roles.Predictions)).Name], []));
        if (Trains)
        {
            string[] fed = [.. names, session.Graph.Tensor(session.Binding.Required(Roles.OutputGradients)).Name];
            _backward = session.Engine.Prepare(new RunSignature(fed, [], [session.Operation(Roles.Train).Name]));
            _inputGradients = _front is { Trains: true } ? session.Engine.Prepare(new RunSignature(fed, [session.Tensor(Roles.InputGradients).Name], [])) : null;
        }
    }

    /// <summary>What the examples are fed to.</summary>
    public GraphTensor Examples { get; }

    /// <summary>Whether it is trained.</summary>
    public bool Trains { get; }

    /// <summary>What the session behind gets for some examples. The step of training that follows draws the same random numbers.</summary>
    public Tensor Run(Tensor examples, long iteration)
    {
        _feeds[0] = _front?.Run(examples, iteration) ?? examples;
        using ModelSession.Turn turn = _session.Alone();
        _hyperparameters.Set(_feeds, 1, iteration);
        EngineState? before = _advances ? null : _session.Engine.CaptureState();
        _forward.Run(_feeds.AsSpan(0, _forward.Signature.Feeds.Count), _outputs, CancellationToken.None);
        if (before is not null)
        {
            _session.Engine.RestoreState(before);
        }

        return _outputs[0];
    }

    /// <summary>A step of training by the gradients of what the last run gave.</summary>
    public void Train(Tensor gradients)
    {
        _feeds[^1] = gradients;
        // Of the weights as they are before the step, and of the random numbers of the step.
        Tensor? further = _inputGradients is null ? null : GradientsOf(_session, _inputGradients, _feeds);
        using ModelSession.Turn turn = _session.Alone();
        bool whole = false;
        try
        {
            _session.HasChanged = true;
            _session.UnsavedSteps++;
            _backward!.Run(_feeds, [], CancellationToken.None);
            if (further is not null)
            {
                _front!.Train(further);
            }

            whole = true;
        }
        finally
        {
            _session.IsTorn |= !whole;
        }
    }

    /// <summary>The gradients of a session's inputs, without a trace in its random generators.</summary>
    public static Tensor GradientsOf(ModelSession session, IRunPlan plan, Tensor[] feeds)
    {
        Tensor[] gradients = new Tensor[1];
        EngineState before = session.Engine.CaptureState();
        plan.Run(feeds, gradients, CancellationToken.None);
        session.Engine.RestoreState(before);
        return gradients[0];
    }
}
