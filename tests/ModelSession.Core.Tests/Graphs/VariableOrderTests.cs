using ModelSessions.Models;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

public sealed class VariableOrderTests
{
    private readonly GraphBuilder _g = new();

    public static TheoryData<string> TrainGraphNames => [.. TrainGraphs.Names];

    [Theory]
    [MemberData(nameof(TrainGraphNames))]
    public void No_train_graph_leaves_two_uses_of_a_variable_unordered(string name)
    {
        Graph graph = TrainGraphs.Build(name);

        Assert.Empty(VariableOrder.Check(graph.Operation("train"), graph.Operation("loss")));
    }

    [Fact]
    public void The_ready_made_models_leave_no_two_uses_of_a_variable_unordered()
    {
        foreach (string name in KnownModels.Names)
        {
            Graph graph = new();
            Binding binding = KnownModels.Create(name).Build(graph.Builder);
            string[] together = [binding.Required(Roles.Train), binding.Required(Roles.Loss), .. binding.NamesOf(Roles.Metrics).Values, binding.Required(Roles.Predictions)];

            Assert.Empty(VariableOrder.Check(together.Select(tensor => graph.Operation(Graph.ParseTensorName(tensor).Operation))));
        }
    }

    [Fact]
    public void TensorFlows_own_train_graph_passes()
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(SharedData.Require("golden/models/mnist_cnn_full/model.ckpt-0.meta")));
        Graph graph = GraphImporter.Import(meta.GraphDef);

        Assert.Empty(VariableOrder.Check(graph.Operation("train/train_step"), graph.Operation("train/loss"), graph.Operation("train/accuracy")));
    }

    [Fact]
    public void A_read_beside_a_write_is_found()
    {
        GraphVariable v = _g.Variable(1.0, "v");
        GraphOperation add = _g.AssignAdd(v, 1);

        UnorderedAccess found = Assert.Single(VariableOrder.Check(add, v.Snapshot.Operation));

        Assert.Equal(("v", "v/read", "AssignAdd"), (found.Variable.Name, found.User.Name, found.Writer.Name));
    }

    [Fact]
    public void Who_uses_the_read_of_a_reference_variable_reads_the_variable()
    {
        GraphVariable v = _g.Variable(1.0, "v");
        GraphTensor twice = v.Snapshot * 2;
        using GraphScope after = _g.ControlDependencies(v.Snapshot.Operation);
        GraphOperation add = _g.AssignAdd(v, 1);

        Assert.Equal("mul", Assert.Single(VariableOrder.Check(add, twice.Operation)).User.Name);
    }

    [Fact]
    public void The_read_of_a_resource_variable_is_a_snapshot()
    {
        GraphVariable v = _g.Variable(1.0, "v", resource: true);
        GraphTensor read = v.Read(), twice = read * 2;
        using GraphScope after = _g.ControlDependencies(read.Operation);
        GraphOperation add = _g.AssignAdd(v, 1);

        Assert.Empty(VariableOrder.Check(add, twice.Operation));
    }

    [Fact]
    public void Two_writes_are_told_once()
    {
        GraphVariable v = _g.Variable(1.0, "v");

        Assert.Single(VariableOrder.Check(_g.AssignAdd(v, 1), _g.AssignAdd(v, 2)));
    }

    [Fact]
    public void Without_the_gates_of_the_optimizer_a_race_would_be_found()
    {
        GraphVariable w = _g.Variable(_g.Constant(1, shape: [2, 2]), "w");
        GraphTensor y = _g.MatMul(_g.MatMul(w, w), w);
        GraphTensor gradient = Gradients.Of(_g.ReduceSum(y), w.Handle)[0]!;
        GraphOperation update = _g.AddOperation("ApplyGradientDescent", null, null, w.Handle, 0.1, gradient);
        GraphTensor other = Gradients.Of([_g.ReduceSum(y)], [w.Snapshot])[0]!.Values;

        Assert.NotEmpty(VariableOrder.Check(update, other.Operation));
    }
}
