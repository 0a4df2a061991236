using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>Variables of object-based checkpoints, found by key, path and name.</summary>
public sealed class CheckpointObjectTests : IDisposable
{
    private const string Value = "/.ATTRIBUTES/VARIABLE_VALUE";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model/kernel/.ATTRIBUTES/VARIABLE_VALUE", 1f)]
    [InlineData("model/kernel", 1f)]
    [InlineData("dense/kernel", 1f)]
    [InlineData("Adam/dense/kernel/m", 2f)]
    [InlineData("plain", 3f)]
    public void A_variable_is_found_by_key_path_and_name(string name, float expected)
    {
        using CheckpointReader reader = CheckpointReader.Open(Write(Graph()));

        Assert.Equal(expected, reader.Read(reader.FindVariable(name)!.Name).ToScalar<float>());
    }

    [Fact]
    public void An_unknown_name_finds_nothing()
    {
        using CheckpointReader reader = CheckpointReader.Open(Write(Graph()));

        Assert.Null(reader.FindVariable("dense/bias"));
        Assert.Equal((3, "m", 4), (reader.Objects!.Nodes[3].Slots[0].Variable + 1, reader.Objects.Nodes[3].Slots[0].Name, reader.Objects.Nodes[3].Slots[0].SlotVariable));
        Assert.Null(reader.Objects.Nodes[4].Path);
    }

    [Fact]
    public void A_name_that_several_variables_had_is_refused_with_their_keys()
    {
        TrackableObjectGraph graph = Graph();
        graph.Nodes[4].Attributes[0].FullName = "dense/kernel";
        using CheckpointReader reader = CheckpointReader.Open(Write(graph));

        ModelFileException error = Assert.Throws<ModelFileException>(() => reader.FindVariable("dense/kernel"));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("'model/kernel" + Value, error.Message);
    }

    [Fact]
    public void A_damaged_object_graph_leaves_the_tensors_readable()
    {
        TrackableObjectGraph graph = Graph();
        graph.Nodes[1].Children[0].NodeId = 77;
        using CheckpointReader reader = CheckpointReader.Open(Write(graph));

        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => reader.Objects).Code);
        Assert.Equal(3f, reader.Read("plain").ToScalar<float>());
    }

    [Fact]
    public void A_checkpoint_without_objects_has_none()
    {
        using CheckpointReader reader = CheckpointReader.Open(Checkpoints.Write(_folder["m"], ("a", Tensor.Scalar(1f))));

        Assert.Null(reader.Objects);
        Assert.Null(reader.FindVariable("b"));
    }

    // root → model → kernel, root → optimizer; the optimizer keeps m for the kernel.
    private static TrackableObjectGraph Graph()
    {
        TrackableObjectGraph graph = new();
        for (int i = 0; i < 5; i++)
        {
            graph.Nodes.Add(new TrackableObjectGraph.Types.TrackableObject());
        }

        Hold(graph, 0, "model", 1);
        Hold(graph, 1, "kernel", 2);
        Hold(graph, 2, "owner", 1);
        Hold(graph, 0, "optimizer", 3);
        graph.Nodes[2].Attributes.Add(new TrackableObjectGraph.Types.TrackableObject.Types.SerializedTensor { Name = "VARIABLE_VALUE", FullName = "dense/kernel", CheckpointKey = "model/kernel" + Value });
        graph.Nodes[3].SlotVariables.Add(new TrackableObjectGraph.Types.TrackableObject.Types.SlotVariableReference { OriginalVariableNodeId = 2, SlotName = "m", SlotVariableNodeId = 4 });
        graph.Nodes[4].Attributes.Add(new TrackableObjectGraph.Types.TrackableObject.Types.SerializedTensor { Name = "VARIABLE_VALUE", FullName = "Adam/dense/kernel/m", CheckpointKey = "model/kernel/.OPTIMIZER_SLOT/optimizer/m" + Value });
        return graph;
    }

    private static void Hold(TrackableObjectGraph graph, int parent, string name, int child) =>
        graph.Nodes[parent].Children.Add(new TrackableObjectGraph.Types.TrackableObject.Types.ObjectReference { LocalName = name, NodeId = child });

    private string Write(TrackableObjectGraph graph)
    {
        Tensor text = Tensor.Zeros(DType.String, []);
        text.Objects[0] = graph.ToByteArray();
        return Checkpoints.Write(
            _folder["m"],
            (CheckpointObjects.TensorName, text),
            ("model/kernel" + Value, Tensor.Scalar(1f)),
            ("model/kernel/.OPTIMIZER_SLOT/optimizer/m" + Value, Tensor.Scalar(2f)),
            ("plain", Tensor.Scalar(3f)));
    }
}
