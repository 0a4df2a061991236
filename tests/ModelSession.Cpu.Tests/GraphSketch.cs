using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Tests;

/// <summary>A graph for a test, written node by node, and a session on it.</summary>
internal sealed class GraphSketch(int threads = 2, FilePermissions? files = null) : IDisposable
{
    private IEngineSession? _session;

    public Graph Graph { get; } = new();

    public IEngineSession Session => _session ??= new CpuEngine().Open(Graph, new EngineOptions(threads) { Files = files ?? FilePermissions.None });

    public GraphTensor Const(string name, Tensor value) => Node("Const", name, [], ("value", new AttrValue { Tensor = TensorCodec.ToProto(value) }), ("dtype", Type(value.DType)));

    public GraphTensor Const(string name, float value) => Const(name, Tensor.Scalar(value));

    public GraphTensor Placeholder(string name, Shape shape, DType dtype = DType.Float32) =>
        Node("Placeholder", name, [], ("dtype", Type(dtype)), ("shape", Shape(shape)));

    public GraphTensor Variable(string name, Shape shape, DType dtype = DType.Float32) =>
        Node("VariableV2", name, [], ("dtype", Type(dtype)), ("shape", Shape(shape)));

    public GraphTensor Node(string type, string name, IReadOnlyList<GraphTensor> inputs, params (string Name, AttrValue Value)[] attributes) =>
        Add(type, name, inputs, [], attributes).Outputs[0];

    public GraphOperation Add(
        string type, string name, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphOperation> after, params (string Name, AttrValue Value)[] attributes)
    {
        MapField<string, AttrValue> map = [];
        foreach ((string key, AttrValue value) in attributes)
        {
            map.Add(key, value);
        }

        return Graph.Add(new NodeSpec { Type = type, Name = name, Inputs = inputs, ControlInputs = after, Attributes = map });
    }

    /// <summary>Runs what is needed for one tensor.</summary>
    public Tensor Run(string fetch, params (string Name, Tensor Value)[] feeds)
    {
        Tensor[] fetches = new Tensor[1];
        RunSignature signature = new([.. feeds.Select(feed => feed.Name)], [fetch], []);
        Session.Prepare(signature).Run([.. feeds.Select(feed => feed.Value)], fetches, TestContext.Current.CancellationToken);
        return fetches[0];
    }

    /// <summary>Runs operations.</summary>
    public void RunTargets(params string[] targets) =>
        Session.Prepare(new RunSignature([], [], targets)).Run([], [], TestContext.Current.CancellationToken);

    public static AttrValue Type(DType dtype) => new() { Type = (DataType)(int)dtype };

    public static AttrValue Shape(Shape shape)
    {
        TensorShapeProto proto = new() { UnknownRank = !shape.HasRank };
        foreach (long size in shape.Dimensions)
        {
            proto.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        return new AttrValue { Shape = proto };
    }

    public void Dispose() => _session?.Dispose();
}
