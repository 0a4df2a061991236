using ModelSessions.Conformance.Rebuilt;

namespace ModelSessions.Tests;

/// <summary>TensorFlow's training graphs, rebuilt with our builder.</summary>
public sealed class RebuiltModelTests
{
    public static TheoryData<string> Names => [.. RebuiltSuite.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rebuilt_model_takes_the_originals_checkpoints_and_trains_like_it(string model) =>
        ConformanceAssert.AllPassed(new RebuiltSuite(Path.GetDirectoryName(SharedData.Require($"golden/models/{model}"))!, new CpuEngine()).Run(name => name == model));

    [Theory]
    [InlineData("linear_regression")]
    public void A_committed_model_rebuilt_trains_like_the_original(string model) =>
        ConformanceAssert.AllPassed(new RebuiltSuite(GoldenData.Committed("models"), new CpuEngine()).Run(name => name == model));
}
