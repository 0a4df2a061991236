using ModelSessions.Conformance;
using ModelSessions.Conformance.Models;
using ModelSessions.Conformance.Ops;

namespace ModelSessions.Tests;

/// <summary>The embedded engine gives TensorFlow's results.</summary>
/// <remarks>Op cases change the process's working directory: their suites run one after another.</remarks>
[Collection("the working directory")]
public sealed class EmbeddedEngineTests
{
    [Theory]
    [InlineData("cast")]
    [InlineData("conv")]
    [InlineData("dataset")]
    [InlineData("dataset_more")]
    [InlineData("loss")]
    [InlineData("pool")]
    [InlineData("random")]
    [InlineData("reduce")]
    [InlineData("variable")]
    public void Committed_op_cases_give_tensorflows_values(string family)
    {
        using OpSuite suite = new(GoldenData.Committed("ops"), new CpuEngine());
        ConformanceAssert.AllButGapsPassed(suite.Run(id => id.StartsWith(family + "/", StringComparison.Ordinal)), KnownGaps.Embedded);
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("loops")]
    public void Random_loops_and_branches_have_tensorflows_gradients(string family)
    {
        using OpSuite suite = new(GoldenData.Committed("gradients"), new CpuEngine());
        ConformanceAssert.AllPassed(suite.Run(id => id.StartsWith(family + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_op_cases_give_tensorflows_values()
    {
        using OpSuite suite = new(SharedData.Require("golden/ops"), new CpuEngine());
        ConformanceAssert.AllButGapsPassed(suite.Run(_ => true), KnownGaps.Embedded);
    }

    [Theory]
    [InlineData("mnist_cnn_full")]
    [InlineData("mnist_cnn_small")]
    public void Tensorflows_own_mnist_graphs_train_as_in_tensorflow(string model) =>
        ConformanceAssert.AllPassed(new ModelSuite(GoldenData.Committed("models"), new CpuEngine()).Run(name => name == model));

    [Fact]
    public void All_golden_models_train_as_in_tensorflow() =>
        ConformanceAssert.AllButGapsPassed(new ModelSuite(SharedData.Require("golden/models"), new CpuEngine()).Run(_ => true), KnownGaps.Embedded);
}
