using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Sessions;

public sealed class RoleGuessTests
{
    [Theory]
    [InlineData("mnist_cnn_full")]
    [InlineData("mnist_cnn_small")]
    [InlineData("softmax_mnist")]
    [InlineData("cond_dropout")]
    [InlineData("layers_api")]
    [InlineData("mlp_momentum_l2")]
    [InlineData("lstm_static")]
    [InlineData("ema_mlp")]
    public void Roles_of_a_graph_of_TensorFlows_are_those_its_author_meant(string model)
    {
        string folder = SharedData.Require($"golden/models/{model}");
        MetaGraphDef meta = MetaGraphFile.Read(Path.Combine(folder, "model.ckpt-0.meta"));
        Graph graph = GraphImporter.Import(meta.GraphDef);
        foreach ((string key, CollectionDef collection) in meta.CollectionDef)
        {
            graph.Collections.Set(key, collection);
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "model.json")));
        JsonElement meant = document.RootElement.GetProperty("tensors");
        Binding guess = RoleGuess.Missing(graph, new Binding());

        foreach ((string role, string key) in new[]
        {
            (Roles.Inputs, "x"), (Roles.Labels, "y"), (Roles.Loss, "loss"), (Roles.Iteration, "global_step"),
            (Roles.Predictions, "predictions"), (Roles.Initialize, "init"), ("metrics.accuracy", "accuracy"),
            ("hyperparameters.learning_rate", "learning_rate"), ("hyperparameters.keep_probability", "keep_probability"),
        })
        {
            // A learning rate that the graph computes by itself is no hyperparameter.
            if (meant.TryGetProperty(key, out JsonElement name) && (!role.StartsWith(Roles.Hyperparameters, StringComparison.Ordinal) || graph.Tensor(name.GetString()!).Operation.Type == "Placeholder"))
            {
                Assert.Equal((role, name.GetString()), (role, guess.Name(role)));
            }
        }
    }

    [Fact]
    public void Several_train_operations_are_known_by_their_names()
    {
        string folder = SharedData.Require("golden/models/gan");
        MetaGraphDef meta = MetaGraphFile.Read(Path.Combine(folder, "model.ckpt-0.meta"));
        Graph graph = GraphImporter.Import(meta.GraphDef);
        graph.Collections.Set("train_op", meta.CollectionDef["train_op"]);
        Assert.Equal(["d_train", "g_train"], RoleGuess.Missing(graph, new Binding()).NamesOf(Roles.Train).Keys.Order());
    }

    [Fact]
    public void What_has_a_role_gets_no_second_one_and_names_of_files_have_none()
    {
        Graph graph = new();
        graph.Builder.Placeholder(DType.String, [-1], "look_words");
        graph.Builder.Placeholder(DType.Float32, [-1, 3], "serving_default_x");
        graph.Builder.Placeholder(DType.String, Shape.Scalar, "saver_filename");
        Assert.Empty(RoleGuess.Missing(graph, new Binding { ["inputs"] = "serving_default_x:0" }).Keys);
    }

    [Fact]
    public void Loss_and_predictions_are_known_by_what_computes_them_where_names_say_nothing()
    {
        Graph graph = new();
        GraphBuilder g = graph.Builder;
        GraphTensor labels = g.Placeholder(DType.Int64, [-1], "label");
        GraphTensor logits = g.Identity(g.Placeholder(DType.Float32, [-1, 3], "image"), "out");
        GraphTensor each = g.Add("SparseSoftmaxCrossEntropyWithLogits", logits, labels);
        Assert.Equal("image:0", RoleGuess.Missing(graph, new Binding()).Name(Roles.Predictions));
        g.Softmax(logits, "p");
        GraphTensor mean = g.ReduceMean(each, name: "xent");
        Binding guess = RoleGuess.Missing(graph, new Binding());
        Assert.Equal(("xent:0", "p:0"), (guess.Name(Roles.Loss), guess.Name(Roles.Predictions)));
        g.Add("AddV2", mean, g.Constant(0.5f));
        Assert.Equal("AddV2:0", RoleGuess.Missing(graph, new Binding()).Name(Roles.Loss));
        // Two of them are one too many to guess.
        g.ReduceMean(each, name: "other");
        g.Softmax(logits, "q");
        guess = RoleGuess.Missing(graph, new Binding());
        Assert.Equal((null, null), (guess.Name(Roles.Loss), guess.Name(Roles.Predictions)));
    }

    [Fact]
    public void What_is_known_is_not_guessed()
    {
        Graph graph = new();
        graph.Builder.Placeholder(DType.Float32, [-1, 3], "x");
        Assert.Null(RoleGuess.Missing(graph, new Binding { ["inputs"] = "other:0" }).Name("inputs"));
        Assert.Equal("x:0", RoleGuess.Missing(graph, new Binding()).Name("inputs"));
    }
}
