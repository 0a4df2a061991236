using ModelSessions.Conformance.Models;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Checks that a model built by our builder takes the golden model's checkpoints and trains as it does.</summary>
internal sealed class RebuiltRunner(string folder, RebuiltModel model, IEngine engine) : ModelReplay(folder, engine)
{
    private readonly string _folder = folder;
    private GraphSaver? _saver;

    public override void Check()
    {
        Graph graph = NewGraph();
        if (model.HasTensorFlowsNodes)
        {
            MetaGraphDef original = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Prefix(0) + ".meta"));
            NodeComparison.Check(original.GraphDef, graph.ToGraphDef(), node => node.StartsWith("save/", StringComparison.Ordinal));
        }

        if (!Case.Light)
        {
            CheckVariables(graph);
        }

        base.Check();
    }

    protected override Graph NewGraph()
    {
        GraphBuilder g = new();
        g.Graph.Seed = Case.GraphSeed;
        model.Build(g, _folder);
        _saver = GraphSaver.Attach(g.Graph, new CheckpointOptions());
        return g.Graph;
    }

    protected override void Restore(IEngineSession session, string prefix)
    {
        SaverDef saver = _saver!.Definition!;
        session.Prepare(new RunSignature([saver.FilenameTensorName], [], [saver.RestoreOpName])).Run([Tensor.Scalar(prefix)], [], CancellationToken.None);
    }

    // Each variable of ours is in the checkpoint, and each tensor of the checkpoint is a variable of ours.
    private void CheckVariables(Graph graph)
    {
        using CheckpointReader reader = CheckpointReader.Open(Prefix(0));
        Dictionary<string, SavedVariable> ours = _saver!.Variables.DistinctBy(variable => variable.CheckpointName).ToDictionary(variable => variable.CheckpointName);
        string[] faults =
        [
            .. ours.Keys.Where(name => reader.Find(name) is null).Select(name => $"the checkpoint has no '{name}'"),
            .. reader.Tensors.Where(tensor => !ours.ContainsKey(tensor.Name)).Select(tensor => $"no variable is saved as '{tensor.Name}' {tensor.Shape}"),
            .. ours.Values.Where(variable => reader.Find(variable.CheckpointName) is { } tensor && !Fits(graph, variable, tensor))
                .Select(variable => $"'{variable.Name}' has another shape or type than the checkpoint's"),
        ];
        if (faults.Length > 0)
        {
            throw new MismatchException(string.Join("; ", faults));
        }
    }

    private static bool Fits(Graph graph, SavedVariable variable, CheckpointTensor tensor)
    {
        GraphOperation operation = graph.Operation(variable.Name);
        return operation.DType("dtype") == tensor.DType && (variable.Slice.Length > 0 || operation.Shape("shape").Equals(tensor.Shape));
    }
}
