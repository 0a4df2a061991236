using System.Text.Json;
using ModelSessions.Data;
using ModelSessions.Models;

namespace ModelSessions.Benchmarks;

/// <summary>What a training step takes with and without looking for numbers that are not finite: turn and turn about, so that whatever else
/// runs on the machine burdens both.</summary>
internal static class GuardBenchmark
{
    private const int Steps = 16;

    /// <summary>Trains the MNIST model and prints one JSON object.</summary>
    public static void Run(int rounds)
    {
        DatasetPart data = MnistData.Sample.Train;
        using ModelSession session = ModelSession.Create(new MnistModel(), new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        Time(session, data, allow: true);
        Time(session, data, allow: false);
        double[][] times = [new double[rounds], new double[rounds]];
        for (int i = 0; i < rounds; i++)
        {
            for (int guarded = 0; guarded < 2; guarded++)
            {
                times[guarded][i] = Time(session, data, allow: guarded == 0);
            }
        }

        double[] added = [.. times[1].Zip(times[0], (with, without) => with / without - 1).Order()];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            rounds,
            unguarded_least_ms = times[0].Min(),
            guarded_least_ms = times[1].Min(),
            added_percent_of_least = 100 * (times[1].Min() / times[0].Min() - 1),
            added_percent_median = 100 * added[rounds / 2],
        }));
    }

    private static double Time(ModelSession session, DatasetPart data, bool allow) =>
        session.Train(data, new() { Steps = Steps, AllowNonFinite = allow }).Duration.TotalMilliseconds / Steps;
}
