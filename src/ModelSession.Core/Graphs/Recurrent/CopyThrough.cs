namespace ModelSessions;

/// <summary>Steps of rows of different lengths: beyond a row's end its output is zero and its state stays what it is.</summary>
internal sealed class CopyThrough(GraphBuilder g, GraphTensor lengths, GraphTensor zeros, GraphTensor shortest, GraphTensor longest)
{
    /// <summary>The greatest length.</summary>
    public GraphTensor Longest => longest;

    /// <summary>A step that is always made.</summary>
    public (GraphTensor Output, TensorTree State) Always(GraphTensor time, TensorTree state, Func<(GraphTensor Output, TensorTree State)> call)
    {
        GraphTensor ended = time.GreaterEqual(lengths);
        (GraphTensor output, TensorTree next) = call();
        return Known(Select(ended, output, state, next), state);
    }

    /// <summary>A step that is left out where all rows have ended, and made for all rows alike where none has.</summary>
    public (GraphTensor Output, TensorTree State) Step(int time, TensorTree state, Func<(GraphTensor Output, TensorTree State)> call)
    {
        GraphTensor ended = lengths.LessEqual(time);
        TensorTree results = g.Cond<TensorTree>(
            longest.LessEqual(time),
            () => [zeros, .. state.Flatten()],
            () =>
            {
                (GraphTensor output, TensorTree next) = call();
                return g.Cond<TensorTree>(shortest.Greater(time), () => [output, .. next.Flatten()], () =>
                {
                    (GraphTensor kept, TensorTree after) = Select(ended, output, state, next);
                    return [kept, .. after.Flatten()];
                });
            });
        GraphTensor[] flat = [.. results.Flatten()];
        return Known((flat[0], state.Pack(flat[1..])), state);
    }

    private (GraphTensor Output, TensorTree State) Select(GraphTensor ended, GraphTensor output, TensorTree state, TensorTree next)
    {
        GraphTensor kept = Select(ended, zeros, output);
        return (kept, state.Pack([.. state.Flatten().Zip(next.Flatten(), (old, fresh) => Select(ended, old, fresh))]));
    }

    private GraphTensor Select(GraphTensor ended, GraphTensor old, GraphTensor fresh)
    {
        if (old.Shape.Rank == 0)
        {
            return fresh;
        }

        using GraphScope place = g.ColocateWith(fresh.Operation);
        return g.Add("Select", ended, old, fresh);
    }

    private (GraphTensor Output, TensorTree State) Known((GraphTensor Output, TensorTree State) step, TensorTree state)
    {
        step.Output.MergeShape(zeros.Shape);
        foreach ((GraphTensor next, GraphTensor before) in step.State.Flatten().Zip(state.Flatten()))
        {
            next.MergeShape(before.Shape);
        }

        return step;
    }
}
