using System.Globalization;
using ModelSessions.Data;
using ModelSessions.Training;
using Spectre.Console;

namespace ModelSessions.Examples.Mnist;

/// <summary>What a training says: lines, and on a terminal a progress bar below them.</summary>
internal sealed class Report
{
    // What was done before, as far as it is of interest.
    private const int MostRuns = 5;

    private readonly bool _terminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    public void Opened(ModelSession session, ModelDataset data, int? askedSeed)
    {
        foreach (string warning in session.Warnings)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        string origin = session.Checkpoint is { } checkpoint ? $"restored from {checkpoint.Prefix}" : $"created, seed {session.Seed}";
        Line($"Model: {session}, {origin}");
        Line($"Data: {data}");
        foreach (TrainingRun run in session.History.Runs.TakeLast(MostRuns))
        {
            Line($"History: {run}");
        }

        if (askedSeed is { } seed && seed != session.Seed)
        {
            Line($"The checkpoint was made with the seed {session.Seed}; it stays, --seed {seed} is for new models.");
        }
    }

    /// <summary>The iteration of the last validation; null before any.</summary>
    public long? Validated { get; private set; }

    public void Batch(TrainingProgress progress, EvaluationResult result) =>
        Line(string.Create(CultureInfo.InvariantCulture, $"Iteration {progress.Iteration}: training batch accuracy {result.Accuracy:0.000}, loss {result.Loss:0.0000}"));

    public void Validation(EvaluationResult result)
    {
        Validated = result.Iteration;
        Line(string.Create(CultureInfo.InvariantCulture, $"Iteration {result.Iteration}: validation accuracy {result.Accuracy:0.0000}, loss {result.Loss:0.0000}"));
    }

    public void Saved(TrainingProgress progress, CheckpointInfo checkpoint) => Line($"Saved {checkpoint.Prefix}");

    public void Ended(ModelSession session, TrainingResult result)
    {
        if (result.StopReason == StopReason.Stopped)
        {
            Line("Stopped; the model is saved.");
        }

        Line(string.Create(
            CultureInfo.InvariantCulture, $"Trained {result.Steps:n0} steps with {result.Examples:n0} examples in {result.Duration.TotalSeconds:0.0} s."));
        Line($"Final model: {session.Checkpoint!.Prefix}");
    }

    /// <summary>Runs a training with a progress bar where there is a terminal.</summary>
    public TrainingResult Run(Func<TrainingObserver, TrainingResult> train) => _terminal
        ? AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => train(new Bar(context.AddTask("Training"))))
        : train(new Silent());

    private void Line(string text)
    {
        if (_terminal)
        {
            AnsiConsole.WriteLine(text);
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    private sealed class Bar(ProgressTask task) : TrainingObserver
    {
        public override void Started(TrainingProgress progress) => task.MaxValue = progress.TotalExamples;

        public override void Stepped(TrainingProgress progress) => task.Value = progress.Examples;
    }

    private sealed class Silent : TrainingObserver;
}
