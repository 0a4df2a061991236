namespace ModelSessions.Tests;

/// <summary>Runs tests/Pester on the staged module in a real PowerShell.</summary>
public sealed class PesterTests
{
    [Fact]
    public async Task The_Pester_suite_passes()
    {
        string pwsh = Pwsh.Require();
        string versions = Path.Combine(AppContext.BaseDirectory, "versions");
        OtherVersion.Write(
            Path.Combine(StagedModule.Folder, "dependencies", "Google.Protobuf.dll"),
            Path.Combine(versions, "newer", "Google.Protobuf.dll"),
            major: 3,
            minor: 999);
        (int exitCode, string output) = await Pwsh.RunAsync(
            pwsh,
            [Path.Combine(StagedModule.Repository, "tests", "Pester", "Invoke-Tests.ps1"), "-Module", StagedModule.Folder, "-OtherVersions", versions],
            TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exitCode == 0, output);
    }
}
