using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>Does something after each step.</summary>
internal sealed class ActionObserver(Action<TrainingProgress> stepped) : TrainingObserver
{
    public override void Stepped(TrainingProgress progress) => stepped(progress);
}
