using System.Diagnostics;
using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>The process that <see cref="ResumeTests"/> kills: it trains, saves a checkpoint at 150, and says when it is at 170.</summary>
internal static class TrainUntilKilled
{
    internal const string Variable = "MODELSESSION_TEST_TRAIN_UNTIL_KILLED";
    internal const string ThreadsVariable = "MODELSESSION_TEST_TRAIN_THREADS";

    /// <summary>A thousand examples: at 48 a step the last batch of each time through is smaller.</summary>
    internal static DatasetPart Data => MnistData.Sample.Validation!;

    /// <summary>A convolutional network with dropout, trained by Adam.</summary>
    internal static ModelSession Create(int threads) => ModelSession.Create(new MnistModel { Layer1 = 4, Layer2 = 8 }, Options(threads));

    internal static SessionOptions Options(int threads) => new() { Engines = [new CpuEngine()], Seed = 11, ThreadCount = threads, Checkpoints = new(FlushToDisk: false) };

    internal static TrainingOptions Until(long iteration) => new()
    {
        UntilIteration = iteration,
        BatchSize = 48,
        Hyperparameters = new Dictionary<string, Schedule>
        {
            ["learning_rate"] = Schedule.Table([new(0, 1e-3), new(140, 2e-3), new(160, 1e-4), new(250, 1e-3)]),
            ["keep_probability"] = 0.5,
        },
    };

    /// <summary>Never returns.</summary>
    internal static void Run(string folder)
    {
        using ModelSession session = Create(int.Parse(Environment.GetEnvironmentVariable(ThreadsVariable)!, System.Globalization.CultureInfo.InvariantCulture));
        session.Train(Data, Until(120));
        session.Train(Data, Until(300) with { Observers = [new CheckpointObserver(150, folder), new ValidationObserver(40, Data), new Waiting()] });
    }

    /// <summary>Starts it in a process of its own.</summary>
    internal static Process Start(string folder, int threads)
    {
        string assembly = typeof(TrainUntilKilled).Assembly.Location;
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(assembly);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment[Variable] = folder;
        start.Environment[ThreadsVariable] = $"{threads}";
        return Process.Start(start)!;
    }

    private sealed class Waiting : TrainingObserver
    {
        public override void Settled(TrainingProgress progress)
        {
            if (progress.Iteration == 170)
            {
                Console.WriteLine("at 170");
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
