using ModelSessions.Models;
using ModelSessions.Protos;
using ModelSessions.Tests.Graphs;

namespace ModelSessions.Tests.Models;

public sealed class MnistModelTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Its_names_are_those_that_its_users_know()
    {
        Binding binding = KnownModels.Create("mnist").Build(_g);

        Assert.Equal(
            ["parameters/x:0", "parameters/y:0", "train/loss:0", "train/train_step", "train/accuracy:0", "iteration:0"],
            ((string[])[Roles.Inputs, Roles.Labels, Roles.Loss, Roles.Train, "metrics.accuracy", Roles.Iteration]).Select(binding.Required));
        Assert.Equal("parameters/keep_probability:0", binding.Required("hyperparameters.keep_probability"));
        Assert.Equal("parameters/learning_rate:0", binding.Required("hyperparameters.learning_rate"));
        Assert.Equal("model/logits:0", binding.Required("logits"));
    }

    [Fact]
    public void Its_variables_are_those_of_the_golden_network()
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(SharedData.Require("golden/models/mnist_cnn_full/model.ckpt-0.meta")));
        new MnistModel().Build(_g);

        NodeText.AssertContains(meta.GraphDef.Node.Where(node => node.Op == "VariableV2"), _g.Graph);
        Assert.Equal(
            meta.CollectionDef["variables"].BytesList.Value.Select(bytes => VariableDef.Parser.ParseFrom(bytes).VariableName),
            _g.Variables().Select(variable => variable.Handle.Name));
    }

    [Fact]
    public void Its_structure_gives_the_shapes()
    {
        new MnistModel { Layer1 = 4, Layer2 = 6 }.Build(_g);

        Assert.Equal([5, 5, 4, 6], _g.Graph.Tensor("model/conv2/weights").Shape);
        Assert.Equal([7 * 7 * 6, 1024], _g.Graph.Tensor("model/fc1/weights").Shape);
        Assert.Equal([-1, 10], _g.Graph.Tensor("model/logits").Shape);
        Assert.Equal(Shape.Scalar, _g.Graph.Tensor("train/loss").Shape);
    }
}
