using ModelSessions.Files;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>Which engine a session gets, and why.</summary>
public sealed class EngineChoiceTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new NamedEngine("Small", "MatMul"), new NamedEngine("Large")], Seed = 5 };

    [Fact]
    public void The_first_that_can_run_the_graph_is_taken()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Engines = [.. s_options.Engines.Reverse()] });
        Assert.Equal(("Large", "the first one here that can run all that is bound"), (session.EngineName, session.EngineReason));
    }

    [Fact]
    public void What_those_before_it_lack_is_told()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        Assert.Equal(("Large", "since Small lacks MatMul"), (session.EngineName, session.EngineReason));
    }

    [Fact]
    public void One_that_is_asked_for_is_taken_whatever_the_case()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Engines = [new CpuEngine(), .. s_options.Engines], EngineName = "large" });
        Assert.Equal(("Large", "which is asked for"), (session.EngineName, session.EngineReason));
    }

    [Fact]
    public void One_that_is_asked_for_and_cannot_run_the_graph_is_no_other_one()
    {
        UnsupportedFeatureException error = Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new PixelModel(), s_options with { EngineName = "Small" }));
        Assert.Equal("The engine that is asked for cannot run this graph. Small lacks MatMul. Large can: ask for that one, or for none.", error.Message);
        Assert.Equal(["MatMul"], error.Features);
    }

    [Fact]
    public void Where_none_can_run_the_graph_the_ops_that_each_lacks_are_listed()
    {
        SessionOptions options = s_options with { Engines = [s_options.Engines[0], new NamedEngine("Other", "Softmax", "Add")] };
        UnsupportedFeatureException error = Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new PixelModel(), options));
        Assert.StartsWith("No engine can run this graph. Small lacks MatMul; Other lacks ", error.Message, StringComparison.Ordinal);
        Assert.Contains("MatMul", error.Features);
    }

    [Fact]
    public void A_name_that_none_has_is_told_before_anything_is_built_or_read()
    {
        SessionOptions options = s_options with { EngineName = "Lage" };
        const string Told = "There is no engine 'Lage' here. Did you mean 'Large'? There is Small, Large.";
        Assert.Equal(Told, Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new UnbuiltModel(), options)).Message);
        Assert.Equal(Told, Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Restore("nowhere/model.ckpt-1", options)).Message);
    }

    [Fact]
    public void Without_any_engine_there_is_no_session() => Assert.Contains(
        "no engine", Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new PixelModel(), new SessionOptions())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_copy_runs_on_its_originals_engine_or_on_the_one_it_is_to_have()
    {
        using ModelSession original = ModelSession.Create(new PixelModel(), s_options with { Engines = [new CpuEngine(), .. s_options.Engines], EngineName = "Large" });
        using ModelSession alike = original.Copy();
        using ModelSession other = original.Copy(engineName: "Embedded");
        Assert.Equal(("Large", "Embedded"), (alike.EngineName, other.EngineName));
        Assert.Contains("'Lage'", Assert.Throws<UnsupportedFeatureException>(() => original.Copy(engineName: "Lage")).Message, StringComparison.Ordinal);
        Assert.Throws<UnsupportedFeatureException>(() => original.Copy(engineName: "Small"));
    }

    [Fact]
    public void A_guessed_role_is_left_out_only_where_no_engine_that_may_be_chosen_runs_it()
    {
        using TemporaryFolder folder = new();
        Graph graph = new();
        GraphBuilder g = graph.Builder;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "x");
        g.MatMul(x, g.Zeros(new long[] { 2, 3 }), name: "predictions");
        string path = folder["model.pb"];
        GraphFile.Write(path, graph.ToGraphDef());
        using ModelSession any = ModelSession.Restore(path, s_options);
        using ModelSession small = ModelSession.Restore(path, s_options with { EngineName = "Small" });
        Assert.Equal(("Large", "Small"), (any.EngineName, small.EngineName));
        Assert.Contains("predictions", any.RolesGuessed);
        Assert.DoesNotContain("predictions", small.RolesGuessed);
        Assert.Contains(small.Warnings, warning => warning.Contains("needs MatMul", StringComparison.Ordinal));
    }

    // The embedded engine by another name, without some kinds of operations.
    private sealed class NamedEngine(string name, params string[] lacks) : IEngine
    {
        private readonly CpuEngine _engine = new();

        public string Name => name;

        public string Description => "";

        public IEngineSession Open(Graph graph, EngineOptions options) => _engine.Open(graph, options);

        public IReadOnlyList<string> Unsupported(Graph graph, IEnumerable<string> targets)
        {
            HashSet<GraphOperation> seen = [];
            Stack<GraphOperation> open = new(targets.Select(target => graph.Find(target) ?? graph.Tensor(target).Operation));
            while (open.TryPop(out GraphOperation? operation))
            {
                if (seen.Add(operation))
                {
                    foreach (GraphTensor input in operation.Inputs)
                    {
                        open.Push(input.Operation);
                    }
                }
            }

            return [.. seen.Select(operation => operation.Type).Intersect(lacks).Order(StringComparer.Ordinal)];
        }
    }

    private sealed class UnbuiltModel : ModelDefinition
    {
        public override Binding Build(GraphBuilder g) => throw new InvalidOperationException("Nothing is built.");
    }
}
