namespace ModelSessions.Training;

/// <summary>Where the steps of a training get their examples from.</summary>
internal abstract class TrainingSource
{
    /// <summary>What is fed at each step.</summary>
    public abstract FeedSet Feeds { get; }

    /// <summary>What is fetched beside the loss.</summary>
    public virtual IReadOnlyList<string> Fetches => [];

    /// <summary>How many examples there will be; 0 if that is not known.</summary>
    public virtual long TotalExamples => 0;

    /// <summary>How many steps there will be; 0 if that is not known.</summary>
    public abstract long TotalSteps { get; }

    /// <summary>Where the next batch begins; null if that is not known.</summary>
    public virtual DatasetPosition? Position => null;

    /// <summary>Makes ready for the first step.</summary>
    public virtual void Start(IRunPlan plan, CancellationToken cancel)
    {
    }

    /// <summary>Whether there is another step to do.</summary>
    public abstract bool HasMore(TrainingProgress progress);

    /// <summary>Makes ready what the next step is fed.</summary>
    public abstract void Fill(TrainingProgress progress);

    /// <summary>Does the step that is made ready.</summary>
    /// <returns>False if there was no data for it.</returns>
    public abstract bool Step(IRunPlan plan, Tensor[] fetches, TrainingProgress progress, RunGuard? guard);

    /// <summary>Whether nothing else may run while a step does. A step that waits for data may wait for the run that brings it.</summary>
    public abstract bool NeedsSessionAlone { get; }

    /// <summary>Whether what the step was fed is at hand for another run.</summary>
    public abstract bool CanRunAgain { get; }

    /// <summary>Whether the data came to its end with the last step, or instead of it.</summary>
    public abstract bool HasEndedEpoch { get; }

    /// <summary>Whether the data ended before all was done.</summary>
    public virtual bool IsExhausted => false;

    /// <summary>Whether a step that failed had only waited for data.</summary>
    public virtual bool DidNothing => false;

    /// <summary>The metrics of the last batch.</summary>
    public abstract EvaluationResult EvaluateBatch();
}
