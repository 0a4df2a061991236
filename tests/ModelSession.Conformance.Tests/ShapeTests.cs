using ModelSessions.Conformance;
using ModelSessions.Conformance.Shapes;

namespace ModelSessions.Tests;

/// <summary>Static shapes are TensorFlow's.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void Shapes_tell_what_tensorflows_tell_for_99_of_100_tensors_and_contradict_none()
    {
        List<Outcome> outcomes = [.. new ShapeSuite(SharedData.Require("golden/shapes/shapes.json.gz")).Run(_ => true)];
        List<Outcome> failed = [.. outcomes.Where(outcome => outcome.Verdict == Verdict.Failed)];
        Assert.DoesNotContain(failed, outcome => !outcome.Detail.Contains("says less than", StringComparison.Ordinal));
        Assert.True(failed.Count < outcomes.Count / 100, string.Join('\n', failed.Select(outcome => $"{outcome.Id} {outcome.Detail}")));
    }
}
