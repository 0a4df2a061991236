using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>The operations of a graph as information, with what takes what; of a running graph or of a file, for which no engine is opened.</summary>
public sealed class GraphOperationIndex
{
    private readonly Dictionary<string, GraphOperationInfo> _byName;
    private readonly Func<string, string?> _role;
    private ILookup<string, (string Input, GraphOperationInfo User)>? _users;

    private GraphOperationIndex(IReadOnlyList<GraphOperationInfo> operations, Func<string, string?> role)
    {
        Operations = operations;
        _byName = operations.ToDictionary(operation => operation.Name, StringComparer.Ordinal);
        _role = role;
    }

    /// <summary>The operations in the order of the graph.</summary>
    public IReadOnlyList<GraphOperationInfo> Operations { get; }

    /// <summary>Of a session; names may be roles.</summary>
    public static GraphOperationIndex Of(ModelSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new([.. session.Graph.Operations.Select(GraphOperationInfo.Of)], session.Binding.Name);
    }

    /// <summary>Of a graph.</summary>
    public static GraphOperationIndex Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new([.. graph.Operations.Select(GraphOperationInfo.Of)], _ => null);
    }

    /// <summary>Of a file: a checkpoint's graph, a <c>.meta</c>, a GraphDef, a SavedModel.</summary>
    /// <param name="path">What <see cref="ModelSource.Of"/> takes.</param>
    /// <param name="tags">Of a SavedModel the tags of the graph; null for the only one, or the one to be served.</param>
    /// <param name="warn">Is told what is remarkable; null for nobody.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static GraphOperationIndex Read(string path, IReadOnlyCollection<string>? tags = null, Action<string>? warn = null)
    {
        GraphDef definition = StoredGraph.Read(path, tags);
        try
        {
            return Of(GraphImporter.Import(definition.Clone()));
        }
        catch (GraphException error)
        {
            // Op kinds of other libraries, for one: the nodes can be looked at all the same.
            warn?.Invoke($"The graph of '{path}' is shown as it stands in the file, without types and shapes: {error.Message}");
            return OfNodes(definition);
        }
    }

    /// <summary>An operation by its name, that of one of its tensors, or a role.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public GraphOperationInfo Operation(string name)
    {
        string operation = Graph.ParseTensorName(_role(name) ?? name).Operation;
        return _byName.GetValueOrDefault(operation) ?? throw new GraphException(
            StatusCode.NotFound, $"The graph has no operation '{operation}'.{NearestNames.Hint(operation, _byName.Keys)}", operation);
    }

    /// <summary>What takes an operation's results or waits for it; of one tensor, what takes that.</summary>
    /// <param name="name">An operation, a tensor or a role.</param>
    /// <param name="recurse">Also what takes the results of those, and so on.</param>
    public IReadOnlySet<string> Users(string name, bool recurse)
    {
        _users ??= Operations.SelectMany(user => user.Inputs.Concat(user.ControlInputs).Select(input => (Graph.ParseTensorName(input).Operation, (input, user))))
            .ToLookup(pair => pair.Operation, pair => pair.Item2, StringComparer.Ordinal);
        GraphOperationInfo start = Operation(name);
        string? tensor = (_role(name) ?? name) is var named && named.Contains(':', StringComparison.Ordinal) && named != start.Name ? named : null;
        HashSet<string> first = [.. _users[start.Name].Where(pair => tensor is null || pair.Input == tensor).Select(pair => pair.User.Name)];
        return recurse ? Closure(first, operation => _users[operation].Select(pair => pair.User.Name)) : first;
    }

    /// <summary>What an operation takes, or waits for.</summary>
    /// <param name="name">An operation, a tensor of it, or a role.</param>
    /// <param name="recurse">Also what those take, and so on.</param>
    public IReadOnlySet<string> UsedBy(string name, bool recurse)
    {
        HashSet<string> first = [.. Inputs(Operation(name).Name)];
        return recurse ? Closure(first, Inputs) : first;
    }

    private IEnumerable<string> Inputs(string operation) => _byName.TryGetValue(operation, out GraphOperationInfo? known)
        ? known.Inputs.Select(input => Graph.ParseTensorName(input).Operation).Concat(known.ControlInputs)
        : [];

    private static HashSet<string> Closure(HashSet<string> first, Func<string, IEnumerable<string>> next)
    {
        HashSet<string> found = [.. first];
        Stack<string> open = new(first);
        while (open.TryPop(out string? operation))
        {
            foreach (string other in next(operation).Where(found.Add))
            {
                open.Push(other);
            }
        }

        return found;
    }

    private static GraphOperationIndex OfNodes(GraphDef definition)
    {
        GraphOperationInfo[] operations = [.. definition.Node.DistinctBy(node => node.Name).Select(GraphOperationInfo.Of)];
        ILookup<string, string> taken = operations.SelectMany(operation => operation.Inputs).Distinct(StringComparer.Ordinal)
            .ToLookup(input => Graph.ParseTensorName(input).Operation, StringComparer.Ordinal);
        return new([.. operations.Select(operation => operation with { Outputs = [.. taken[operation.Name].Order(StringComparer.Ordinal)] })], _ => null);
    }
}
