namespace ModelSessions.Tests;

/// <summary>Runs tests/Pester on the staged module in a real PowerShell.</summary>
public sealed class PesterTests
{
    [Fact]
    public async Task The_Pester_suite_passes()
    {
        string pwsh = Pwsh.Require();
        string versions = Path.Combine(AppContext.BaseDirectory, "versions");
        foreach (StagedPackage package in StagedPackage.All())
        {
            OtherVersion.Write(package.Assembly, Path.Combine(versions, "newer", package.Name + ".dll"), major: 999, minor: 0);
            string older = Path.Combine(versions, "older", package.Name + ".dll");
            if (!File.Exists(older))
            {
                OtherVersion.Write(package.Assembly, older, major: 0, minor: 1);
            }
        }

        (int exitCode, string output) = await Pwsh.RunAsync(
            pwsh,
            [Path.Combine(StagedModule.Repository, "tests", "Pester", "Invoke-Tests.ps1"), "-Module", StagedModule.Folder, "-OtherVersions", versions],
            TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exitCode == 0, output);
    }
}
