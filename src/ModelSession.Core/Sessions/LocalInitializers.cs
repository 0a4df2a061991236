using ModelSessions.Files;

namespace ModelSessions;

/// <summary>What is to be run after every restore where no binding says it: the initialisers of local variables and tables, and of iterators
/// that can be begun in one way only.</summary>
internal static class LocalInitializers
{
    /// <summary>The names of the operations.</summary>
    public static IReadOnlyList<string> Of(Graph graph)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        names.UnionWith(graph.Builder.Variables(CollectionKeys.LocalVariables).Select(variable => variable.Initializer.Name));
        names.UnionWith(graph.Collections.Names(SavedModelKeys.TableInitializers).Where(name => graph.Find(name) is not null));
        names.UnionWith(Iterators(graph));
        return [.. names];
    }

    /// <summary>The names of those that begin iterators.</summary>
    public static IReadOnlyList<string> Iterators(Graph graph) =>
    [
        .. graph.Operations.Where(operation => operation.Type == "MakeIterator").GroupBy(operation => operation.Inputs[1])
            .Where(group => group.Count() == 1 && !NeedsFeed(group.First(), [])).Select(group => group.First().Name),
    ];

    /// <summary>Whether an operation cannot be run unless more is fed.</summary>
    public static bool NeedsFeed(GraphOperation root, HashSet<GraphTensor> fed)
    {
        HashSet<GraphOperation> seen = [];
        Stack<GraphOperation> open = new([root]);
        while (open.TryPop(out GraphOperation? node))
        {
            if (node.Type is "Placeholder" or "PlaceholderV2" && !fed.Contains(node.Outputs[0]))
            {
                return true;
            }

            if (seen.Add(node))
            {
                Array.ForEach([.. node.Inputs.Select(input => input.Operation), .. node.ControlInputs], open.Push);
            }
        }

        return false;
    }
}
