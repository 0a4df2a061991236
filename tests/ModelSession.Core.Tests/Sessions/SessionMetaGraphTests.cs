using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>A session's graph as a file without values, and models that come into a session.</summary>
public sealed class SessionMetaGraphTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 3 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.meta")]
    [InlineData("model.meta.pbtxt")]
    public void A_graph_file_alone_starts_a_session_by_its_own_initialisers(string name)
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        Assert.Empty(session.ExportMetaGraph(_folder[name]));

        using ModelSession other = ModelSession.Restore(_folder[name], s_options);

        Assert.Equal((session.Name, session.Binding, 0L), (other.Name, other.Binding, other.Iteration));
        Assert.Equal(new Shape(784, 10), other.ReadVariable("weights").Shape);
        Assert.NotEmpty(other.Warnings);
    }

    [Fact]
    public void Where_an_initialiser_cannot_be_run_the_others_are_and_that_is_said()
    {
        Graph graph = new();
        graph.Builder.Variable(graph.Builder.Placeholder(DType.Float32, [], "fed"), "a");
        graph.Builder.Variable(graph.Builder.Constant(2f), "b");
        MetaGraphFile.Write(_folder["graph.meta"], MetaGraphExporter.Export(graph));

        using ModelSession session = ModelSession.Restore(_folder["graph.meta"], new SessionOptions { Engines = [new CpuEngine()] });

        Assert.Equal(["b"], session.Variables.Where(variable => variable.IsInitialized).Select(variable => variable.Name));
        Assert.Contains(session.Warnings, warning => warning.StartsWith("1 of the graph's 2 initialisers cannot be run", StringComparison.Ordinal));
    }

    [Fact]
    public void Large_constants_are_told_of_when_a_graph_is_shared_without_weights()
    {
        using ModelSession session = ModelSession.Create(new WithConstant(), s_options);

        string warning = Assert.Single(session.ExportMetaGraph(_folder["model.meta"]));

        Assert.Contains("'table'", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saver_can_be_left_out()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        session.ExportMetaGraph(_folder["with.meta"]);
        session.ExportMetaGraph(_folder["without.meta"], new MetaGraphExportOptions { OmitSaver = true, StripDefaultAttributes = true });

        Assert.NotNull(MetaGraphFile.Read(_folder["with.meta"]).SaverDef);
        MetaGraphDef without = MetaGraphFile.Read(_folder["without.meta"]);
        Assert.Null(without.SaverDef);
        Assert.True(without.MetaInfoDef.StrippedDefaultAttrs);
        Assert.Equal(session.Graph.Count, MetaGraphImporter.Import(without).Graph.Count);
    }

    [Fact]
    public void A_model_comes_into_a_session_runs_and_is_saved_with_it()
    {
        string checkpoints = _folder["checkpoints"];
        using (ModelSession other = ModelSession.Create(new PixelModel { Classes = 3 }, s_options))
        {
            other.ExportMetaGraph(_folder["other.meta"]);
        }

        float[] weights;
        using (ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Directory = checkpoints }))
        {
            MetaGraphImportResult imported = session.ImportMetaGraph(_folder["other.meta"], new MetaGraphImportOptions { Scope = "second" });
            Assert.Equal("second", imported.Scope);
            Assert.Equal("second/probabilities:0", session.Binding.Name("second.predictions"));
            Tensor[] found = session.Run(["second.predictions"], new Dictionary<string, Tensor> { ["second.inputs"] = Tensor.Zeros(DType.Float32, [1, 784]), ["second/keep_probability:0"] = Tensor.Scalar(1f) });
            Assert.Equal([1f / 3, 1f / 3, 1f / 3], found[0].Span<float>().ToArray());
            weights = session.ReadVariable("second/weights").Span<float>().ToArray();
            session.Save();
        }

        using ModelSession restored = ModelSession.Restore(checkpoints, s_options);
        Assert.Equal(weights, restored.ReadVariable("second/weights").Span<float>().ToArray());
        Assert.Equal("second/probabilities:0", restored.Binding.Name("second.predictions"));
        Assert.Equal("probabilities:0", restored.Binding.Name("predictions"));
    }

    [Fact]
    public void A_file_that_does_not_fit_leaves_the_session_as_it_was()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        int before = session.Graph.Count;
        MetaGraphDef bad = MetaGraphExporter.Export(session.Graph).Clone();
        bad.CollectionDef.Add("lost", new CollectionDef { NodeList = new() { Value = { "ghost:0" } } });
        MetaGraphFile.Write(_folder["bad.meta"], bad);

        ModelFileException error = Assert.Throws<ModelFileException>(() => session.ImportMetaGraph(_folder["bad.meta"], new MetaGraphImportOptions { Scope = "s" }));

        Assert.Equal(_folder["bad.meta"], error.Path);
        Assert.Equal(before, session.Graph.Count);
        Assert.Equal(1, session.Graph.Collections.Bytes("variables").Count(bytes => VariableDef.Parser.ParseFrom(bytes).VariableName == "weights:0"));
    }

    private sealed class WithConstant : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            float[] values = new float[50_000];
            values[1] = 1;
            GraphVariable v = g.Variable(g.Constant(1f), "v");
            return new Binding { ["predictions"] = g.Times(g.Constant(Tensor.From<float>(values, [values.Length]), "table"), v.Read()) };
        }
    }
}
