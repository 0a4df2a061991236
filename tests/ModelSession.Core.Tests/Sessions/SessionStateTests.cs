using System.Text.Json.Nodes;

namespace ModelSessions.Tests.Sessions;

/// <summary>What a checkpoint carries beyond variables.</summary>
public sealed class SessionStateTests
{
    private static readonly EngineState s_generators = new(new Dictionary<string, byte[]> { ["dropout"] = [1, 2, 3] });

    [Fact]
    public void Comes_back_whole_with_sections_that_nobody_knows()
    {
        SessionState state = new(s_generators, new DatasetPosition("data", 7, 2, 50), new JsonObject { ["later"] = new JsonObject { ["x"] = 1.5 } });

        SessionState read = SessionState.Parse(state.ToTensor(), "here");

        Assert.Equal([1, 2, 3], read.Generators.Generators["dropout"]);
        Assert.Equal(state.Position, read.Position);
        Assert.Equal(1.5, (double)read.Sections["later"]!["x"]!);
    }

    [Fact]
    public void Has_the_same_bytes_whichever_section_came_first()
    {
        SessionState one = new(s_generators, null, new JsonObject { ["a"] = new JsonObject(), ["b"] = new JsonObject() });
        SessionState other = new(s_generators, null, new JsonObject { ["b"] = new JsonObject(), ["a"] = new JsonObject() });

        Assert.Equal(one.ToTensor().StringAt(0), other.ToTensor().StringAt(0));
    }
}
