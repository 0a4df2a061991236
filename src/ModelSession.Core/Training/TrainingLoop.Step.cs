namespace ModelSessions.Training;

/// <content>One step: what is fetched, who is given it, and what ends it half-way.</content>
internal sealed partial class TrainingLoop
{
    // Whether a step was done.
    private bool Step(CancellationToken cancel)
    {
        bool whole = false, begun = false, undone = false;
        try
        {
            using ModelSession.Turn turn = _source.NeedsSessionAlone ? _session.Alone(cancel) : _session.Beside(cancel);
            _source.Fill(_progress);
            (IRunPlan plan, Tensor[] fetches) = Wanted();
            begun = true;
            _guard?.Begin();
            bool done = _source.Step(plan, fetches, _progress, _guard);
            whole = true;
            if (done)
            {
                _progress.Steps++;
                _session.UnsavedSteps++;
                Take(plan, fetches);
            }
            else
            {
                TellEpoch();
            }

            return done;
        }
        catch (OperationCanceledException ended) when (_guard?.Found is not null)
        {
            undone = ended is WaitCancelledException;
            StopAt(_guard.Tensor!, _guard.Found, undone);
            return false;
        }
        catch (OperationCanceledException ended) when (!begun || cancel.IsCancellationRequested)
        {
            undone = ended is WaitCancelledException;
            Stop(StopReason.Stopped, null);
            return false;
        }
        catch (EngineException) when (_session.IsDisposed)
        {
            // It waited at a queue when the session was closed.
            _session.ThrowIfDisposed();
            throw;
        }
        finally
        {
            _session.IsTorn |= begun && !whole && !undone && !_source.DidNothing;
            _session.HasChanged |= begun && !undone;
        }
    }

    private (IRunPlan Plan, Tensor[] Fetches) Wanted()
    {
        _wanted.Clear();
        foreach (TrainingObserver observer in _observers)
        {
            if (observer.Wanted(_progress) is { Count: > 0 } names)
            {
                _wanted.Add((observer, names));
            }
        }

        return _wanted.Count == 0 ? (_plan, _fetches) : With(_wanted.SelectMany(pair => pair.Names));
    }

    // The step, giving more. The engine keeps its plan.
    private (IRunPlan Plan, Tensor[] Fetches) With(IEnumerable<string> names)
    {
        RunSignature step = _plan.Signature;
        IRunPlan plan = _session.Engine.Prepare(new RunSignature(step.Feeds, [.. step.Fetches, .. names.Select(name => _session.Tensor(name).Name)], step.Targets) { WritesLast = true });
        return (plan, new Tensor[plan.Signature.Fetches.Count]);
    }

    private void Take(IRunPlan plan, Tensor[] fetches)
    {
        _progress.Loss = _loss is not null ? ScalarValue.Of(fetches[0], plan.Signature.Fetches[0]) : null;
        int at = _fetches.Length;
        foreach ((TrainingObserver observer, IReadOnlyList<string> names) in _wanted)
        {
            observer.Given(_progress, fetches[at..(at += names.Count)]);
        }
    }

    private void StopAt(GraphTensor tensor, NonFiniteTensor found, bool undone)
    {
        _nonFinite = (_source.CanRunAgain ? NonFinite.Origin(_session, _source.Feeds.Names, _source.Feeds.Values, tensor) : null) ?? found;
        string what = tensor == _loss ? $"The loss '{tensor.Name}'" : $"An update of a variable, '{tensor.Name}',";
        Stop(StopReason.NaN, $"{what} of the step after iteration {_progress.Iteration} is {(found.NaNCount > 0 ? "NaN" : "infinite")}. The first tensor: {_nonFinite}{(undone ? " The step was not done: the variables are as before it." : "")}");
    }
}
