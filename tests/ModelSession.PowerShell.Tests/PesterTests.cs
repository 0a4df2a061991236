using System.Reflection;

namespace ModelSessions.Tests;

/// <summary>Runs tests/Pester on the staged module in a real PowerShell.</summary>
public sealed class PesterTests
{
    [Fact]
    public async Task The_Pester_suite_passes()
    {
        string pwsh = Pwsh.Require();
        string module = Metadata("StagedModule");
        string versions = Path.Combine(AppContext.BaseDirectory, "versions");
        OtherVersion.Write(
            Path.Combine(module, "dependencies", "Google.Protobuf.dll"),
            Path.Combine(versions, "newer", "Google.Protobuf.dll"),
            major: 3,
            minor: 999);
        (int exitCode, string output) = await Pwsh.RunAsync(
            pwsh,
            [Path.Combine(Metadata("Repository"), "tests", "Pester", "Invoke-Tests.ps1"), "-Module", module, "-OtherVersions", versions],
            TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exitCode == 0, output);
    }

    private static string Metadata(string key) => Path.GetFullPath(
        typeof(PesterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!);
}
