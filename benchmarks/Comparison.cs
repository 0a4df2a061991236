using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelSessions.Benchmarks;

/// <summary>Runs a peer and this project alternately. A figure is the minimum over the runs (of each run's median).</summary>
internal static class Comparison
{
    /// <summary>Runs both with the same options and prints a table.</summary>
    /// <param name="python">Python with TensorFlow.</param>
    /// <param name="script">The peer's script.</param>
    /// <param name="command">Our benchmark that does the same.</param>
    /// <param name="runs">Runs of each.</param>
    /// <param name="options">Options of both.</param>
    public static int Run(string python, string script, string command, int runs, string[] options)
    {
        Dictionary<string, double> theirs = [], ours = [];
        string self = Environment.ProcessPath!;
        for (int run = 0; run < runs; run++)
        {
            Keep(theirs, Start(python, [script, .. options]));
            Keep(ours, Start(self, [command, .. options]));
        }

        Console.WriteLine("| | TensorFlow | ModelSession | ratio |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach ((string key, double value) in ours.Where(pair => theirs.ContainsKey(pair.Key) && pair.Key is not ("threads" or "batch")))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {key} | {theirs[key]:0.###} | {value:0.###} | {theirs[key] / value:0.00} |"));
        }

        return 0;
    }

    private static void Keep(Dictionary<string, double> least, JsonElement run)
    {
        foreach (JsonProperty property in run.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Number))
        {
            double value = property.Value.GetDouble();
            least[property.Name] = least.TryGetValue(property.Name, out double known) ? Math.Min(known, value) : value;
        }
    }

    private static JsonElement Start(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"'{program}' ended with {process.ExitCode}: {output}");
    }
}
