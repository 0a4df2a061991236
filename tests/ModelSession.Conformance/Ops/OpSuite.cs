using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Ops;

/// <summary>Runs all cases of a folder with the schema of golden/ops.</summary>
public sealed class OpSuite : IDisposable
{
    private readonly string _folder;
    private readonly IEngine _engine;
    private readonly Dictionary<string, Graph> _graphs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Npz> _arrays = new(StringComparer.Ordinal);
    private readonly OpIndex _index;

    /// <summary>The cases of a folder on an engine.</summary>
    public OpSuite(string folder, IEngine engine)
    {
        _folder = Path.GetFullPath(folder);
        _engine = engine;
        _index = OpIndex.Read(folder);
    }

    /// <summary>Runs the cases that a filter takes; one outcome each.</summary>
    public IEnumerable<Outcome> Run(Func<string, bool> filter) => _index.Cases.Where(c => filter(c.Id)).Select(Run);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Npz arrays in _arrays.Values)
        {
            arrays.Dispose();
        }
    }

    private Outcome Run(OpCase c) => Attempt.Run(c.Family, c.Id, () =>
    {
        using WorkingFolder working = new(c.Files);
        if (c.Runs.Count == 0)
        {
            CheckImport(c);
        }
        else
        {
            CheckRuns(c);
            CheckBackwardGraph(c);
            CheckAutodiff(c);
        }
    });

    private void CheckImport(OpCase c)
    {
        try
        {
            Import(c.Graph);
        }
        catch (ModelSessionException error) when (c.ImportError is not null)
        {
            OpSession.CheckError("import", c.ImportError, error);
            return;
        }

        if (c.ImportError is not null)
        {
            throw new MismatchException($"import: expected the error {c.ImportError.Code} ({c.ImportError.Message}), found none");
        }
    }

    private void CheckRuns(OpCase c)
    {
        Graph graph;
        try
        {
            graph = Graph(c.Graph);
        }
        catch (ModelSessionException error) when (c.ByName && c.Runs[0].Error is { } expected)
        {
            // TensorFlow's sessions take a GraphDef as it is; ours is checked when it is imported.
            OpSession.CheckError("import", expected, error);
            return;
        }

        using OpSession session = Open(graph, c);
        Tolerance tolerance = Tolerance.OfValues(c.Compare);
        for (int i = 0; i < c.Runs.Count; i++)
        {
            session.Check(c.Runs[i], $"run {i}", tolerance);
        }
    }

    private void CheckBackwardGraph(OpCase c)
    {
        if (c.Grad is not { } grad)
        {
            return;
        }

        using OpSession session = Open(Graph(grad.Graph), c);
        SetUp(session, c, grad);
        Tolerance tolerance = Tolerance.OfGradients(c.Compare);
        foreach (OpGradientResult result in grad.Results)
        {
            if (result.Kind == "dense")
            {
                Comparison.Check("grad.pb " + result.Name, result.Expected, session.Run(grad.Feeds, [result.Name!], [])[0], Arrays(c), tolerance);
            }
            else if (result.Kind == "slices")
            {
                Tensor[] slices = session.Run(grad.Feeds, [result.Values!, result.Indices!], []);
                Comparison.Check("grad.pb " + result.Values, result.ExpectedValues, slices[0], Arrays(c), tolerance);
                Comparison.Check("grad.pb " + result.Indices, result.ExpectedIndices, slices[1], Arrays(c), tolerance);
            }
        }
    }

    private void CheckAutodiff(OpCase c)
    {
        if (c.Grad is not { } grad)
        {
            return;
        }

        // A graph of its own, since nodes are added.
        Graph graph = Import(c.Graph);
        (IReadOnlyList<GraphTensor?> gradients, Dictionary<string, JsonElement> feeds) = OpAutodiff.Build(graph, grad);
        using OpSession session = Open(graph, c);
        SetUp(session, c, grad);
        for (int i = 0; i < gradients.Count; i++)
        {
            OpAutodiff.CheckPresence(grad.Xs[i], grad.Results[i], gradients[i]);
            if (gradients[i] is { } gradient)
            {
                Comparison.Check($"autodiff of {grad.Xs[i]}", grad.Results[i].Expected, session.Run(feeds, [gradient.Name], [])[0], Arrays(c), Tolerance.OfGradients(c.Compare));
            }
        }
    }

    private static void SetUp(OpSession session, OpCase c, OpGradient grad)
    {
        foreach (OpRun run in c.Runs.Take(grad.SetupRuns))
        {
            session.Run(run.Feeds!, run.Fetches, run.Targets);
        }
    }

    private OpSession Open(Graph graph, OpCase c) => new(_engine.Open(graph, new EngineOptions { Files = FilePermissions.All(Environment.CurrentDirectory) }), Arrays(c));

    private Npz? Arrays(OpCase c)
    {
        if (c.Data is null)
        {
            return null;
        }

        if (!_arrays.TryGetValue(c.Data, out Npz? arrays))
        {
            _arrays.Add(c.Data, arrays = new Npz(Path.Combine(_folder, c.Data)));
        }

        return arrays;
    }

    private Graph Graph(string file)
    {
        if (!_graphs.TryGetValue(file, out Graph? graph))
        {
            _graphs.Add(file, graph = Import(file));
        }

        return graph;
    }

    private Graph Import(string file) => GraphImporter.Import(GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder, file))));
}
