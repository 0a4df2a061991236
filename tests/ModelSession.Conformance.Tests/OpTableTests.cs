using System.Text.Json;
using ModelSessions.Conformance.Documents;

namespace ModelSessions.Tests;

/// <summary>The page on op kinds is true.</summary>
public sealed class OpTableTests
{
    private static readonly string s_kinds = Path.Combine(GoldenData.Committed("registry"), "kernels.json.gz");

    [Fact]
    public void The_page_is_up_to_date()
    {
        string page = Checkout.File("docs", "ops.md");
        Assert.True(
            OpTablePage.Write(OpKinds.Read(s_kinds)) == File.ReadAllText(page).ReplaceLineEndings("\n"),
            "docs/ops.md is out of date. Make it anew: dotnet run --project tests/ModelSession.Conformance -- table tests/golden/registry/kernels.json.gz > docs/ops.md");
    }

    [Fact]
    public void Every_kind_with_golden_cases_that_tensorflow_runs_has_a_kernel()
    {
        OpKinds kinds = OpKinds.Read(s_kinds);
        Assert.Empty(kinds.Golden.Where(kinds.Cpu.ContainsKey).Except(CpuEngine.Ops));
    }

    [Fact]
    public void What_is_committed_is_what_the_golden_files_say()
    {
        string golden = Path.GetDirectoryName(Path.GetDirectoryName(SharedData.Require("golden/ops/coverage.md")))!;
        Assert.Equal(JsonSerializer.Serialize(OpKinds.FromGolden(golden)), JsonSerializer.Serialize(OpKinds.Read(s_kinds)));
    }
}
