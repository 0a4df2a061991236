using Google.Protobuf;
using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The functions that imported nodes call. The bodies of those that are called must be sound, with sound results; TensorFlow looks
/// at them when it infers the calls' shapes. Functions that nobody calls may be anything.</summary>
/// <param name="known">The functions of the graph.</param>
/// <param name="added">Those that come with the nodes.</param>
/// <param name="versions">The versions of whoever made the nodes.</param>
internal sealed class CalledFunctions(FunctionDefLibrary known, FunctionDefLibrary? added, VersionDef versions)
{
    // Calls that nest deeper are not followed here: what a file says must not exhaust the stack. A run has a limit of its own.
    private const int DeepestCall = 100;

    // A graph of its own: the one that is imported into does not have the functions before all is found to be sound.
    private readonly Lazy<Graph> _library = new(() =>
    {
        Graph library = new();
        library.Versions.MergeFrom(versions);
        library.Versions.Producer = versions.Producer;
        library.Library.Function.AddRange(known.Function);
        library.Library.Function.AddRange(added?.Function ?? []);
        return library;
    });

    private readonly HashSet<string> _sound = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>For bodies of a graph whose functions have been checked.</summary>
    public static CalledFunctions AllChecked { get; } = new(new FunctionDefLibrary(), null, new VersionDef());

    /// <summary>Checks the function that a node calls, if it calls one.</summary>
    /// <exception cref="GraphException">The function's body is not sound, or calls the function again, without end.</exception>
    public void Check(NodeDef node)
    {
        if (Callee(node) is not { } call || _library.Value.Functions.Find(call.Name) is not { } function)
        {
            return;
        }

        string instance = call.ToByteString().ToBase64();
        if (_sound.Contains(instance))
        {
            return;
        }

        if (_open.Count >= DeepestCall && !_open.Contains(instance))
        {
            return;
        }

        if (!_open.Add(instance))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The function '{call.Name}' calls itself, without end.", node.Name);
        }

        try
        {
            FunctionGraphBuilder.Build(_library.Value, call.Name, function, call.Attr, this);
        }
        catch (GraphException error)
        {
            throw new GraphException(error.Code, $"Node '{node.Name}' ({node.Op}) calls the function '{call.Name}': {error.Message}", node.Name, error);
        }

        _open.Remove(instance);
        _sound.Add(instance);
    }

    // Branches and loops are not looked at, and neither does TensorFlow: they may never run.
    private static NameAttrList? Callee(NodeDef node) =>
        node.Op is "PartitionedCall" or "StatefulPartitionedCall" ? node.Attr.GetValueOrDefault("f")?.Func
        : OpCatalog.Find(node.Op) is null ? new NameAttrList { Name = node.Op, Attr = { node.Attr } }
        : null;
}
