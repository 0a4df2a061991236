using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Graphs;

/// <summary>Models put together: the output of one goes into another, both train, both are saved.</summary>
public sealed class GraphCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // y = 3·x·a, then z = y·b with b = 2: dz/da = 6x, dz/db = 3x·a.
    [Theory]
    [InlineData(false, 12f)]
    [InlineData(true, 0f)]
    public void The_output_of_one_model_goes_into_another_and_gradients_with_it_unless_they_are_stopped(bool stop, float gradient)
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, Shape.Scalar, "x");
        GraphVariable a = g.Variable(g.Constant(1f), "a");
        GraphTensor y = g.Times(g.Times(x, a.Read()), g.Constant(3f), "y");
        MetaGraphImportResult copy = GraphCopy.Into(g.Graph, Head(), new GraphCopyOptions
        {
            To = "head",
            Inputs = new Dictionary<string, GraphTensor> { ["x:0"] = y },
            StopGradients = stop,
            ReturnElements = ["y:0"],
        });
        GraphTensor z = Assert.IsType<GraphTensor>(Assert.Single(copy.Nodes.Returned));
        GraphVariable[] variables = [.. g.Variables()];
        GraphTensor?[] gradients = Gradients.Of(z, [.. variables.Select(variable => variable.Handle)]);

        Assert.Equal(["a", "head/b"], variables.Select(variable => variable.Name));
        Assert.Equal("head/y:0", z.Name);
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions());
        session.Prepare(new RunSignature([], [], [g.InitializeVariables().Name])).Run([], [], CancellationToken.None);
        string[] fetches = [z.Name, gradients[1]!.Name, .. gradients[0] is { } first ? [first.Name] : (string[])[]];
        Tensor[] values = new Tensor[fetches.Length];
        session.Prepare(new RunSignature(["x:0"], fetches, [])).Run([Tensor.Scalar(2f)], values, CancellationToken.None);

        Assert.Equal([12f, 6f], values.Take(2).Select(value => value.ToScalar<float>()));
        Assert.Equal(gradient, gradients[0] is null ? 0f : values[2].ToScalar<float>());
    }

    [Fact]
    public void Two_models_in_one_session_are_saved_and_restored()
    {
        string folder = _folder["checkpoints"];
        using (ModelSession session = ModelSession.Create(new Mixed(), new SessionOptions { Engines = [new CpuEngine()], Directory = folder }))
        {
            session.Run([], targets: ["train"]);
            session.Save();
        }

        using ModelSession restored = ModelSession.Restore(folder, new SessionOptions { Engines = [new CpuEngine()] });
        Assert.Equal(["left/b", "right/b"], restored.Variables.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.Equal(1f, restored.ReadVariable("left/b").ToScalar<float>());
        Assert.Equal(2f, restored.ReadVariable("right/b").ToScalar<float>());
    }

    [Fact]
    public void A_scope_is_copied_within_one_graph_with_its_inputs_from_outside()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, Shape.Scalar, "x");
        using (g.NameScope("layer"))
        {
            g.Times(x, g.Variable(g.Constant(2f), "w", resource: true).Read(), "out");
        }

        MetaGraphImportResult copy = GraphCopy.Into(g.Graph, g.Graph, new GraphCopyOptions { From = "layer", To = "layer" });

        Assert.Equal("layer_1", copy.Scope);
        Assert.Same(x, g.Graph.Operation("layer_1/out").Inputs[0]);
        Assert.Equal(["layer/w", "layer_1/w"], g.Variables().Select(variable => variable.Name));
        Assert.Equal(["layer/w", "layer_1/layer/w"], g.Graph.Operations.Where(op => op.Type == "VarHandleOp").Select(op => op.String("shared_name")));
    }

    [Fact]
    public void A_scope_in_another_graph_wants_its_inputs_and_a_failed_copy_changes_nothing()
    {
        GraphBuilder g = new(), target = new();
        GraphTensor x = g.Placeholder(DType.Float32, Shape.Scalar, "x");
        GraphOperation first = g.NoOp("first");
        using (g.NameScope("layer"))
        using (g.ControlDependencies(first))
        {
            g.Times(x, 2f, "out");
        }

        GraphTensor mine = target.Constant(5f, name: "mine");
        GraphException error = Assert.Throws<GraphException>(() => GraphCopy.Into(target.Graph, g.Graph, new GraphCopyOptions { From = "layer", StopGradients = true }));
        Assert.Contains("$unbound_inputs_x", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, target.Graph.Count);

        MetaGraphImportResult copy = GraphCopy.Into(target.Graph, g.Graph, new GraphCopyOptions { From = "layer", Inputs = new Dictionary<string, GraphTensor> { ["x"] = mine } });
        Assert.Same(mine, copy.Graph.Operation("out").Inputs[0]);
        Assert.Empty(copy.Graph.Operation("out").ControlInputs);
    }

    // y = x·b, b = 2.
    private static Graph Head()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, Shape.Scalar, "x");
        g.Times(x, g.Variable(g.Constant(2f), "b").Read(), "y");
        return g.Graph;
    }

    private sealed class Mixed : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            foreach (string scope in (string[])["left", "right"])
            {
                GraphCopy.Into(g.Graph, Head(), new GraphCopyOptions { To = scope });
            }

            GraphVariable left = g.Variables()[0];
            return new Binding { ["train"] = g.AddOperation("AssignSub", "train", null, left.Handle, g.Constant(1f)) };
        }
    }
}
