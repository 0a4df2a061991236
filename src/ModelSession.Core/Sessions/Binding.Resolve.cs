using System.Collections;
using System.Collections.Specialized;

namespace ModelSessions;

/// <content>From names to what a graph has under them.</content>
public sealed partial class Binding
{
    // Of the names that a graph lacks; another graph altogether lacks them all.
    private const int MostTold = 10;

    private const long LongestFile = 1 << 26;

    /// <summary>A new object whose members of the binding's names hold the tensors of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scope">A scope that stands before all names there, as after an import into it; null for none.</param>
    /// <exception cref="GraphException">Names are not in the graph; all are listed, each with the nearest that are.</exception>
    public T To<T>(Graph graph, string? scope = null)
        where T : class, new() => Into(new T(), graph, scope);

    /// <summary>Sets the members of the binding's names to the tensors of a graph.</summary>
    /// <param name="target">The object.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="scope">A scope that stands before all names there; null for none.</param>
    /// <exception cref="GraphException">Names are not in the graph, or the object lacks a member; nothing is set then.</exception>
    public T Into<T>(T target, Graph graph, string? scope = null)
        where T : class
    {
        BindingFields.Write(Within(graph, scope), target, graph);
        return target;
    }

    /// <summary>The tensors and operations of a graph in a new dictionary of this binding's form: lists and dictionaries nested likewise.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scope">A scope that stands before all names there; null for none.</param>
    /// <exception cref="GraphException">Names are not in the graph; all are listed, each with the nearest that are.</exception>
    public IDictionary Resolve(Graph graph, string? scope = null) => (IDictionary)Copy(Within(graph, scope), name => BindingFields.Find(graph, name));

    /// <summary>The names in a new dictionary: lists and dictionaries nested as in the binding.</summary>
    public IDictionary ToDictionary() => (IDictionary)Copy(this, name => name);

    /// <summary>Makes sure that a graph has all that is named.</summary>
    /// <exception cref="GraphException">Names are not in the graph; all are listed, each with the nearest that are.</exception>
    public void Check(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        KeyValuePair<string, string>[] missing = [.. Names.Where(pair => !IsIn(graph, pair.Value))];
        if (missing.Length > 0)
        {
            string[] operations = [.. graph.Operations.Select(operation => operation.Name)];
            IEnumerable<string> told = missing.Take(MostTold)
                .Select(pair => $"'{pair.Value}' ({pair.Key}){NearestNames.Hint(Graph.ParseTensorName(pair.Value).Operation, operations)}");
            string all = string.Join("; ", told) + (missing.Length > MostTold ? $"; and {missing.Length - MostTold:n0} more" : "");
            throw new GraphException(StatusCode.NotFound, $"The binding names what is not in the graph: {all}{(all.EndsWith('?') ? "" : ".")}");
        }
    }

    private Binding Within(Graph graph, string? scope)
    {
        Binding scoped = string.IsNullOrEmpty(scope) ? this : InScope(scope.TrimEnd('/'));
        scoped.Check(graph);
        return scoped;
    }

    private static bool IsIn(Graph graph, string name)
    {
        (string operation, int index) = Graph.ParseTensorName(name);
        return graph.Find(operation) is { } found && (!name.Contains(':', StringComparison.Ordinal) || index < found.Outputs.Count);
    }

    /// <summary>A value's form with something else in place of its names.</summary>
    internal static object Copy(object value, Func<string, object> leaf)
    {
        switch (value)
        {
            case string name:
                return leaf(name);
            case Binding binding:
                OrderedDictionary copy = [];
                foreach ((string key, object inner) in binding._values)
                {
                    copy[key] = Copy(inner, leaf);
                }

                return copy;
            default:
                return ((IReadOnlyList<object>)value).Select(item => Copy(item, leaf)).ToArray();
        }
    }
}
