namespace ModelSessions.Training;

/// <summary>What is evaluated during a training.</summary>
public enum EvaluatedPart
{
    /// <summary>The batch just learnt from.</summary>
    Batch,

    /// <summary>A validation part.</summary>
    Validation,
}

/// <summary>Is told how a training goes: progress, reports, validation, checkpoints. Runs on the training's thread, between steps.</summary>
public abstract class TrainingObserver
{
    /// <summary>Before the first step.</summary>
    public virtual void Started(TrainingProgress progress)
    {
    }

    /// <summary>Before each step: names of tensors that it is to give besides, such as the graph's summaries. What is asked for at some
    /// steps only costs nothing at the others.</summary>
    public virtual IReadOnlyList<string> Wanted(TrainingProgress progress) => [];

    /// <summary>After a step, before <see cref="Stepped"/>: the values of what was <see cref="Wanted"/>, if anything was.</summary>
    public virtual void Given(TrainingProgress progress, IReadOnlyList<Tensor> values)
    {
    }

    /// <summary>After each step.</summary>
    public virtual void Stepped(TrainingProgress progress)
    {
    }

    /// <summary>After a step with which the data has come to its end, or when the graph's own data has.</summary>
    public virtual void EpochEnded(TrainingProgress progress)
    {
    }

    /// <summary>After one of the observers had something evaluated (<see cref="TrainingProgress.EvaluateBatch"/>,
    /// <see cref="TrainingProgress.EvaluateValidation"/>), so that all can tell of it, or act on it.</summary>
    public virtual void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result)
    {
    }

    /// <summary>After each step, when all observers know what there is to know of it: what is saved now is all that a restored training needs.</summary>
    public virtual void Settled(TrainingProgress progress)
    {
    }

    /// <summary>After the last step, unless an error ended the training.</summary>
    public virtual void Ended(TrainingProgress progress, TrainingResult result)
    {
    }
}
