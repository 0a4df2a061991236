using ModelSessions.Protos;

namespace ModelSessions.Tests.Kernels;

/// <summary>Goes through a dataset that is written as <see cref="FlowText"/>; the node <c>data</c> is the dataset.</summary>
internal sealed class DatasetRun : IDisposable
{
    private readonly CpuRun _run;
    private readonly IRunPlan _next;
    private readonly int _components;

    /// <param name="text">Nodes. There are constants <c>zero</c> to <c>four</c>, <c>ten</c>, <c>minus</c> (−1), int64, <c>yes</c>, <c>no</c>, and
    /// <c>numbers</c>, a dataset of 0 to 9.</param>
    /// <param name="components">The types and shapes of an element.</param>
    /// <param name="files">What may be read.</param>
    /// <param name="memory">The most bytes that it may take; 0 for no limit.</param>
    /// <param name="functions">Functions that the dataset calls.</param>
    public DatasetRun(string text, string components = "output_types=[int64] output_shapes=<>", FilePermissions? files = null, long memory = 0, params FunctionDef[] functions)
    {
        Graph graph = FlowText.Parse(
            $"""
            {Constants}
            numbers RangeDataset zero ten one {Numbers}
            {text}
            iterator IteratorV2 shared_name= container= {components}
            start MakeIterator data iterator
            next IteratorGetNext iterator {components}
            """,
            functions);
        _run = new CpuRun(graph, files, memory);
        _components = graph.Operation("next").Outputs.Count;
        _next = _run.Session.Prepare(new RunSignature([], [.. Enumerable.Range(0, _components).Select(i => $"next:{i}")], []));
    }

    /// <summary>The components of most datasets.</summary>
    public const string Numbers = "output_types=[int64] output_shapes=<>";

    /// <summary>The constants, for functions.</summary>
    public const string Constants = """
        zero Const value=l:0
        one Const value=l:1
        two Const value=l:2
        three Const value=l:3
        four Const value=l:4
        ten Const value=l:10
        minus Const value=l:-1
        yes Const value=b:true
        no Const value=b:false
        """;

    /// <summary>Runs the initialiser.</summary>
    public void Start() => _run.Target("start");

    /// <summary>The next element.</summary>
    public Tensor[] Next(CancellationToken cancel = default)
    {
        Tensor[] element = new Tensor[_components];
        _next.Run([], element, cancel);
        return element;
    }

    /// <summary>The next elements up to the end, as text: components of an element side by side, an error by its code.</summary>
    public string[] Rest(int most = 100)
    {
        List<string> all = [];
        for (int i = 0; i < most; i++)
        {
            try
            {
                all.Add(string.Join(' ', Next().Select(Text)));
            }
            catch (EngineException e) when (e.Code == StatusCode.OutOfRange)
            {
                break;
            }
            catch (EngineException e)
            {
                all.Add(e.Code.ToString());
            }
        }

        return [.. all];
    }

    /// <summary>Starts anew and goes through to the end.</summary>
    public string All(int most = 100)
    {
        Start();
        return string.Join(' ', Rest(most));
    }

    public void Dispose() => _run.Dispose();

    private static string Text(Tensor tensor)
    {
        string items = string.Join(',', tensor.ToArray().Cast<object>().Select(item => FormattableString.Invariant($"{item}")));
        return tensor.Shape.Rank == 0 ? items : $"[{items}]";
    }
}
