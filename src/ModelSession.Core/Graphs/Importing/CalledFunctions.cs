using Google.Protobuf;
using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Ops;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>What nodes that call functions give: the bodies are gone through with what is known of the arguments, as TensorFlow does when it
/// infers a call's shapes. A body that is called must be sound; functions that nobody calls may be anything.</summary>
/// <param name="library">Makes the graph whose functions are called, when one is called.</param>
internal sealed class CalledFunctions(Func<Graph> library)
{
    // Calls that nest deeper are not followed here: what a file says must not exhaust the stack. A run has a limit of its own.
    private const int DeepestCall = 100;

    // Functions that call each other twice with ever other shapes would be gone through without end: from here on a body is gone through
    // once, for arguments of any shape; then no more.
    private const int MostNodesByShape = 100_000;
    private const int MostNodes = 400_000;

    private readonly Lazy<Graph> _library = new(library);
    private readonly Dictionary<string, TensorFacts[]> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private TensorFacts[] _arguments = [];
    private int _nodes;

    /// <summary>The functions of a graph, and those that come with nodes that are imported into it.</summary>
    /// <param name="known">The functions of the graph.</param>
    /// <param name="added">Those that come with the nodes.</param>
    /// <param name="versions">The versions of whoever made the nodes.</param>
    public CalledFunctions(FunctionDefLibrary known, FunctionDefLibrary? added, VersionDef versions)
        : this(() => Library(known, added, versions))
    {
    }

    /// <summary>For bodies of a graph whose functions have been gone through.</summary>
    public static CalledFunctions AllChecked { get; } = new(() => new Graph());

    /// <summary>The functions of a graph.</summary>
    public static CalledFunctions Of(Graph graph) => new(() => graph);

    /// <summary>What is known of an argument of the body that is being gone through.</summary>
    public TensorFacts Argument(long index) => index >= 0 && index < _arguments.Length ? _arguments[index] : TensorFacts.None;

    /// <summary>What is known of the results of a node that calls a function; null if it calls none that is known.</summary>
    /// <exception cref="GraphException">The function's body is not sound, or calls the function again, without end.</exception>
    public IReadOnlyList<TensorFacts>? Results(GraphOperation node)
    {
        if (Callee(node) is not { } call || _library.Value.Functions.Find(call.Name) is not { } function)
        {
            return null;
        }

        string instance = call.ToByteString().ToBase64();
        bool deep = _open.Count >= DeepestCall && !_open.Contains(instance);
        if (deep || _nodes > MostNodes)
        {
            return null;
        }

        TensorFacts[] arguments = _nodes > MostNodesByShape ? [] : [.. node.Inputs.Select(TensorFacts.Of)];
        string key = string.Join('|', arguments.Select(argument => argument.Key).Prepend(instance));
        if (_known.TryGetValue(key, out TensorFacts[]? results))
        {
            return results;
        }

        if (!_open.Add(instance))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The function '{call.Name}' calls itself, without end.", node.Name);
        }

        _nodes += function.NodeDef.Count;
        results = Follow(node, call, function, arguments);
        _open.Remove(instance);
        return _known[key] = results;
    }

    private TensorFacts[] Follow(GraphOperation node, NameAttrList call, FunctionDef function, TensorFacts[] arguments)
    {
        TensorFacts[] outer = _arguments;
        _arguments = arguments;
        try
        {
            return [.. FunctionGraphBuilder.Build(_library.Value, call.Name, function, call.Attr, this).Results.Select(TensorFacts.Of)];
        }
        catch (GraphException error)
        {
            throw new GraphException(error.Code, $"Node '{node.Name}' ({node.Type}) calls the function '{call.Name}': {error.Message}", node.Name, error);
        }
        finally
        {
            _arguments = outer;
        }
    }

    // A graph of its own: the one that is imported into does not have the functions before all is found to be sound.
    private static Graph Library(FunctionDefLibrary known, FunctionDefLibrary? added, VersionDef versions)
    {
        Graph library = new();
        library.Versions.MergeFrom(versions);
        library.Versions.Producer = versions.Producer;
        library.Library.Function.AddRange(known.Function);
        library.Library.Function.AddRange(added?.Function ?? []);
        return library;
    }

    // Branches and loops are not looked at, and neither does TensorFlow: they may never run.
    private static NameAttrList? Callee(GraphOperation node) =>
        node.Type is "PartitionedCall" or "StatefulPartitionedCall" ? node.Attributes.GetValueOrDefault("f")?.Func
        : OpCatalog.Find(node.Type) is null ? new NameAttrList { Name = node.Type, Attr = { node.Attributes.ToDictionary(each => each.Key, each => each.Value) } }
        : null;
}
