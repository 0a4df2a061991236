using System.Diagnostics;

namespace ModelSessions.Tests;

/// <summary>Finds a PowerShell on this machine and runs scripts in it.</summary>
internal static class Pwsh
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";

    /// <summary>The executable: <c>MODELSESSION_PWSH</c>, else on the path, else in the user's cache folder. Skips the test without one.</summary>
    public static string Require()
    {
        string? found = Candidates().FirstOrDefault(File.Exists);
        Assert.SkipWhen(
            found is null,
            $"NO POWERSHELL: tests/Pester did not run. Install PowerShell 7.6, or name its executable in MODELSESSION_PWSH. Looked for: {string.Join(", ", Candidates())}.");
        return found!;
    }

    /// <summary>Runs a script file to its end; its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string pwsh, IEnumerable<string> arguments, CancellationToken cancel)
    {
        ProcessStartInfo start = new(pwsh, ["-NoProfile", "-NonInteractive", "-File", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("MODELSESSION_PWSH") is { Length: > 0 } given)
        {
            return [given];
        }

        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return [.. path.Select(folder => Path.Combine(folder, FileName)), Path.Combine(CacheFolder(), "modelsession", "powershell", FileName)];
    }

    private static string CacheFolder()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(home, ".cache");
    }
}
