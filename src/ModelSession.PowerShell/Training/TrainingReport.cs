using System.Globalization;

namespace ModelSessions.PowerShell;

/// <summary>What Invoke-ModelTraining tells on the information stream while it trains.</summary>
/// <param name="Iteration">The iteration.</param>
/// <param name="Part">What was evaluated: the batch just learnt from, or the validation part.</param>
/// <param name="Accuracy">The share of examples that are right; null if the model has no such metric.</param>
/// <param name="Loss">The mean loss; null if the model has none.</param>
/// <param name="Count">The number of examples.</param>
public sealed record TrainingReport(long Iteration, string Part, double? Accuracy, double? Loss, long Count)
{
    /// <summary><c>iteration 100, validation: accuracy 0.9370, loss 0.2109</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"iteration {Iteration}, {Part}:{(Accuracy is { } accuracy ? $" accuracy {accuracy:0.0000}" : "")}{(Accuracy is not null && Loss is not null ? "," : "")}{(Loss is { } loss ? $" loss {loss:0.0000}" : "")}");
}
