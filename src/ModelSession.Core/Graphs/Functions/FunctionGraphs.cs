using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Functions;

/// <summary>The functions of a library as graphs, each made when it is first asked for.</summary>
internal sealed class FunctionGraphs(FunctionDefLibrary library)
{
    private readonly ConcurrentDictionary<string, Lazy<FunctionGraph>> _graphs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FunctionDef> _definitions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OpSchema> _schemas = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _seen;

    /// <summary>The definition of a function; null if the library has none of that name.</summary>
    public FunctionDef? Find(string name)
    {
        lock (_gate)
        {
            for (; _seen < library.Function.Count; _seen++)
            {
                _definitions.TryAdd(library.Function[_seen].Signature.Name, library.Function[_seen]);
            }

            return _definitions.GetValueOrDefault(name);
        }
    }

    /// <summary>What nodes that call a function by its name must look like; null if the library has none of that name.</summary>
    public OpSchema? Schema(string name) => _schemas.TryGetValue(name, out OpSchema? known) ? known
        : Find(name) is { } function ? _schemas.GetOrAdd(name, new OpSchema(function.Signature))
        : null;

    /// <summary>The graph of a function as somebody calls it.</summary>
    /// <param name="caller">The graph that calls it.</param>
    /// <param name="call">The name, and values for the attributes that the function leaves open.</param>
    /// <exception cref="GraphException">There is no such function, or it is not sound.</exception>
    public FunctionGraph Get(Graph caller, NameAttrList call)
    {
        FunctionDef definition = Require(call.Name);
        string key = KeyOf(definition, call.Attr);
        // A library that grows may have what was missing, the next time: errors are not kept.
        Lazy<FunctionGraph> graph = _graphs.GetOrAdd(key, _ => new Lazy<FunctionGraph>(
            () => FunctionGraphBuilder.Build(caller, key, definition, call.Attr, CalledFunctions.AllChecked), LazyThreadSafetyMode.PublicationOnly));
        return graph.Value;
    }

    /// <summary>A graph of a function that nobody else has.</summary>
    /// <inheritdoc cref="Get"/>
    public FunctionGraph Copy(Graph caller, NameAttrList call)
    {
        FunctionDef definition = Require(call.Name);
        return FunctionGraphBuilder.Build(caller, KeyOf(definition, call.Attr), definition, call.Attr, CalledFunctions.AllChecked);
    }

    /// <summary>The function that computes the gradients of another one, if its author has given one: it takes the arguments and the gradients
    /// of the results.</summary>
    public string? GradientOf(string name) => library.Gradient.FirstOrDefault(gradient => gradient.FunctionName == name)?.GradientFunc;

    private FunctionDef Require(string name) => Find(name) ?? throw new GraphException(
        StatusCode.InvalidArgument, $"The graph's library has no function '{name}'.{NearestNames.Hint(name, library.Function.Select(function => function.Signature.Name))}", name);

    // Calls that set the open attributes alike share a body, and what state it has.
    private static string KeyOf(FunctionDef definition, MapField<string, AttrValue> attributes) => string.Concat(
        definition.Signature.Attr.Where(open => attributes.ContainsKey(open.Name))
            .Select(open => $"[{open.Name}={Convert.ToHexString(attributes[open.Name].ToByteArray())}]").Prepend(definition.Signature.Name));
}
