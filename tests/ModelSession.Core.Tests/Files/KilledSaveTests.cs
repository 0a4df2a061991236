using System.Diagnostics;
using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Processes that are killed while they save. A longer run: set MODELSESSION_TEST_KILLS to the number of kills.</summary>
public sealed class KilledSaveTests : IDisposable
{
    private const int Kills = 200;
    private const int FewestKills = 20;
    private static readonly TimeSpan s_usualTime = TimeSpan.FromSeconds(35);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_process_leaves_a_whole_checkpoint_at_every_instant()
    {
        Random random = new(12);
        int? asked = int.TryParse(Environment.GetEnvironmentVariable("MODELSESSION_TEST_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        float last = 0;
        long start = Stopwatch.GetTimestamp();
        int kills = 0;
        for (; kills < (asked ?? Kills) && (asked is not null || kills < FewestKills || Stopwatch.GetElapsedTime(start) < s_usualTime); kills++)
        {
            bool early = kills % 4 == 1;
            using Process child = StartSaveLoop(early);
            Assert.Equal("started", child.StandardOutput.ReadLine());
            Wait(TimeSpan.FromMicroseconds(random.Next(early ? 400_000 : 40_000)));
            child.Kill();
            child.WaitForExit();
            last = Check(last);
        }

        TestContext.Current.SendDiagnosticMessage($"{kills} kills, {last} saves");
        CheckTheNextSave();
    }

    // Until the first save is done there is nothing to be restored; after that there always is.
    private float Check(float last)
    {
        IReadOnlyList<CheckpointInfo> all = CheckpointFolder.List(_folder.Path);
        if (all.Count == 0 && last == 0)
        {
            return 0;
        }

        Assert.All(all, info => SaveLoop.Value(info.Prefix));
        CheckpointInfo newest = CheckpointFolder.Resolve(_folder.Path, warning => Assert.Fail(warning));
        float value = SaveLoop.Value(newest.Prefix);
        float greatest = all.Where(info => info.Name.StartsWith("model.ckpt-", StringComparison.Ordinal)).Max(info => SaveLoop.Value(info.Prefix));
        Assert.True(value >= last && value == greatest, $"{value} was restored after {last}, and {greatest} is there.");
        if (File.Exists(_folder[SaveLoop.BestState]))
        {
            Assert.StartsWith("best-", CheckpointFolder.Resolve(_folder[SaveLoop.BestState], warning => Assert.Fail(warning)).Name, StringComparison.Ordinal);
        }

        return value;
    }

    private void CheckTheNextSave()
    {
        SaveLoop.Save(_folder.Path, new SaveOptions(), 1_000_000, 1_000_001, new CheckpointOptions(FlushToDisk: false));
        SaveLoop.Save(_folder.Path, new SaveOptions { Name = "best", StateFile = SaveLoop.BestState }, 1_000_000, 1_000_001, new CheckpointOptions(2, FlushToDisk: false));
        string[] prefixes = [.. _folder.Names.Where(name => name.EndsWith(".index", StringComparison.Ordinal)).Select(name => name[..^".index".Length])];
        Assert.Equal((5, 2), (prefixes.Count(name => name.StartsWith("model.ckpt-", StringComparison.Ordinal)), prefixes.Count(name => name.StartsWith("best-", StringComparison.Ordinal))));
        Assert.Equal(7, prefixes.Length);
        // Nothing is left but those and the two state files: no temporary file, no lock, no graph or data without an index.
        Assert.All(_folder.Names, name => Assert.True(name is "checkpoint" or SaveLoop.BestState || prefixes.Contains(CheckpointFiles.PrefixOf(name)), name));
        foreach (string prefix in prefixes)
        {
            using CheckpointReader reader = CheckpointReader.Open(_folder[prefix]);
            Assert.Equal(reader.ShardCount, CheckpointFiles.DataFiles(_folder[prefix]).Count());
        }
    }

    // The system's clock has no finer step than a few milliseconds; saves take less.
    private static void Wait(TimeSpan time)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            Thread.Yield();
        }
    }

    private Process StartSaveLoop(bool early)
    {
        string assembly = typeof(SaveLoop).Assembly.Location;
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(assembly);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment[SaveLoop.Variable] = _folder.Path;
        if (early)
        {
            start.Environment[SaveLoop.EarlyVariable] = "1";
        }

        return Process.Start(start)!;
    }
}
