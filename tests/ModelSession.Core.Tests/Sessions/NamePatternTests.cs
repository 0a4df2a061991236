namespace ModelSessions.Tests.Sessions;

/// <summary>Names picked by patterns.</summary>
public sealed class NamePatternTests
{
    private static readonly string[] s_names = ["layer1/W", "layer1/b", "iteration"];

    [Fact]
    public void Those_that_match_are_taken_but_for_those_left_out() =>
        Assert.Equal(["layer1/W", "iteration"], NamePatterns.Pick(s_names, ["layer1/*", "iteration:0"], ["*/b"], "variable").OrderDescending());

    [Theory]
    [InlineData("No variable has a name like 'layer_1/W'. Did you mean 'layer1/W' or 'layer1/b'?", "layer_1/W", "layer1/*")]
    [InlineData("No variable has a name like 'nothing'.", "nothing")]
    [InlineData("No variable has a name like 'iterations' (did you mean 'iteration'?), 'x'.", "iterations", "x")]
    public void Patterns_that_match_nothing_are_told_each_with_what_is_near(string told, params string[] patterns) =>
        Assert.Equal(told, Assert.Throws<GraphException>(() => NamePatterns.Pick(s_names, patterns, [], "variable")).Message);
}
