using ModelSessions.Protos;

namespace ModelSessions.Graphs.Functions;

/// <summary>Which functions a node calls.</summary>
internal static class FunctionCalls
{
    /// <summary>The function that a node's op kind is the name of; null if it is an op.</summary>
    public static NameAttrList? Named(GraphOperation node)
    {
        if (node.Graph.Functions.Find(node.Type) is null || OpCatalog.Find(node.Type) is not null)
        {
            return null;
        }

        NameAttrList call = new() { Name = node.Type };
        foreach ((string key, AttrValue value) in node.Attributes)
        {
            call.Attr.Add(key, value);
        }

        return call;
    }

    /// <summary>All functions that a node may call: the one that it is named after, those in its attributes.</summary>
    public static IEnumerable<NameAttrList> Of(GraphOperation node)
    {
        if (Named(node) is { } call)
        {
            yield return call;
        }

        foreach (AttrValue value in node.Attributes.Values)
        {
            if (value.ValueCase == AttrValue.ValueOneofCase.Func)
            {
                yield return value.Func;
            }
            else if (value.ValueCase == AttrValue.ValueOneofCase.List)
            {
                foreach (NameAttrList function in value.List.Func)
                {
                    yield return function;
                }
            }
        }
    }
}
