using System.Diagnostics;
using System.Text.Json;

namespace ModelSessions.Tests;

/// <summary>Real TensorFlow in Python, where it is installed; tests that need it skip elsewhere.</summary>
internal static class TensorFlowPython
{
    /// <summary>Runs a script beside the tests and gives the JSON object that it prints last.</summary>
    public static JsonElement Run(string script, params string[] arguments)
    {
        string? python = Find();
        Assert.SkipWhen(python is null, "There is no TensorFlow for Python here (shared/tensorflow/setup.sh, or MODELSESSION_TFPYTHON).");
        ProcessStartInfo start = new(python!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, script));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement;
    }

    /// <summary>The interpreter; null where there is none.</summary>
    public static string? Find()
    {
        string home = Environment.GetEnvironmentVariable("MODELSESSION_TF_HOME")
            ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "modelsession", "tensorflow-2.16.2");
        return new[] { Environment.GetEnvironmentVariable("MODELSESSION_TFPYTHON"), Path.Combine(home, "bin", "tfpython") }.FirstOrDefault(path => File.Exists(path));
    }
}
