using ModelSessions.Protos;

namespace ModelSessions.Conformance.Models;

/// <summary>Checks one golden model with TensorFlow's own graph, and its frozen graph.</summary>
internal sealed class ModelRunner(string folder, IEngine engine) : ModelReplay(folder, engine)
{
    private readonly string _folder = folder;
    private readonly IEngine _engine = engine;

    protected override Graph NewGraph() =>
        GraphImporter.Import(MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Prefix(0) + ".meta")).GraphDef);

    // The graph's own restore op, so that any engine can do it.
    protected override void Restore(IEngineSession session, string prefix) =>
        session.Prepare(new RunSignature([Case.Saver.FilenameTensor], [], [Case.Saver.RestoreOp])).Run([Tensor.Scalar(prefix)], [], CancellationToken.None);

    protected override void CheckMore(ModelFeeds predictions)
    {
        string path = Path.Combine(_folder, "frozen.pb");
        if (File.Exists(path))
        {
            Graph graph = GraphImporter.Import(GraphDef.Parser.ParseFrom(File.ReadAllBytes(path)));
            using IEngineSession session = _engine.Open(graph, new EngineOptions());
            // Freezing drops inputs that no output needs.
            CheckPredictions(session, predictions, "frozen", tensor => graph.Find(tensor.Split(':')[0]) is not null);
        }
    }
}
