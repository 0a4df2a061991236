namespace ModelSessions.Training;

/// <summary>Is told how a training goes: progress, reports, validation, checkpoints. Runs on the training's thread, between steps.</summary>
public abstract class TrainingObserver
{
    /// <summary>Before the first step.</summary>
    public virtual void Started(TrainingProgress progress)
    {
    }

    /// <summary>After each step.</summary>
    public virtual void Stepped(TrainingProgress progress)
    {
    }

    /// <summary>After the last step, unless an error ended the training.</summary>
    public virtual void Ended(TrainingProgress progress, TrainingResult result)
    {
    }
}
