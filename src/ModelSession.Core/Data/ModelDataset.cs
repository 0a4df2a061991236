namespace ModelSessions.Data;

/// <summary>Data in its parts. Deliberately not enumerable: a pipeline passes it on whole.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Train">What is learnt from.</param>
/// <param name="Validation">What tells, during training, how good the model is; null if there is none.</param>
/// <param name="Test">What tells it in the end; null if there is none.</param>
public sealed record ModelDataset(string Name, DatasetPart Train, DatasetPart? Validation, DatasetPart? Test)
{
    /// <summary>How examples come from raw data; null if that is not known.</summary>
    public DataContract? Contract => Train.Contract;

    /// <summary><c>Mnist sample: 9,000 train, 1,000 validation, 2,000 test</c>.</summary>
    public override string ToString() =>
        $"{Name}: {Train.Count:n0} train, {Validation?.Count ?? 0:n0} validation, {Test?.Count ?? 0:n0} test";
}
