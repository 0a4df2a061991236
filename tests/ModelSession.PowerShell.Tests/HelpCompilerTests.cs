using System.Diagnostics;

namespace ModelSessions.Tests;

/// <summary>What tools/ModelSession.Help makes of pages.</summary>
public sealed class HelpCompilerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("help").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_page_is_refused_by_line_for_what_it_lacks_and_for_what_the_cmdlet_lacks()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "Copy-ModelSession.md"),
            [
                "# Copy-ModelSession", "## Synopsis", "Copies.", "## Description", "Copies.", "## Examples", "### Example 1: Copy", "```powershell", "Copy-ModelSession", "```",
                "### Example 2: Nothing", "## Parameters", "### -Session", "Sessions.", "### -Quickly", "Now.", "## Inputs", "## Outputs", "## Related links", "- [Other](Other.md)",
            ],
            TestContext.Current.CancellationToken);
        (int code, string output) = await Compile();
        Assert.Equal(1, code);
        string page = Path.Combine(_folder, "Copy-ModelSession.md");
        Assert.Contains($"{page}(6): error HELP: there are 2 examples; a page has 3 or more.", output, StringComparison.Ordinal);
        Assert.Contains($"{page}(11): error HELP: 'Example 2: Nothing' has no block of code", output, StringComparison.Ordinal);
        Assert.Contains($"{page}(12): error HELP: there is no '### -Directory'; Copy-ModelSession has this parameter.", output, StringComparison.Ordinal);
        Assert.Contains($"{page}(15): error HELP: Copy-ModelSession has no parameter '-Quickly'.", output, StringComparison.Ordinal);
        Assert.Contains($"{page}(20): error HELP: there is no 'Other.md' beside this page.", output, StringComparison.Ordinal);
        Assert.Contains("Test-Model.md(1): error HELP: there is no such page, but the cmdlet.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_about_a_topic_is_refused_where_a_terminal_could_not_show_it()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "about_It.md"),
            ["# about_It", "## Short description", "It.", "## More", "| a | b |", "```powershell", new string('x', 73), "```"],
            TestContext.Current.CancellationToken);
        (_, string output) = await Compile();
        string page = Path.Combine(_folder, "about_It.md");
        Assert.Contains($"{page}(5): error HELP: a table.", output, StringComparison.Ordinal);
        Assert.Contains($"{page}(6): error HELP: a line of code is 73 characters long; 72 are shown", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> Compile()
    {
        string compiler = Path.Combine(StagedModule.Repository, "tools", "ModelSession.Help", "bin", StagedModule.Configuration, "net10.0", "ModelSession.Help.dll");
        ProcessStartInfo start = new("dotnet", [compiler, Path.Combine(StagedModule.Folder, "ModelSession.PowerShell.dll"), _folder, Path.Combine(_folder, "out")])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
