using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Which functions of a library nodes may call, directly or through other functions.</summary>
internal static class FunctionClosure
{
    /// <summary>The part of a library that some nodes need, in the library's order; null if they need none.</summary>
    public static FunctionDefLibrary? Of(FunctionDefLibrary? library, IEnumerable<NodeDef> nodes)
    {
        if (library is null)
        {
            return null;
        }

        Dictionary<string, FunctionDef> byName = new(StringComparer.Ordinal);
        foreach (FunctionDef function in library.Function)
        {
            byName.TryAdd(function.Signature?.Name ?? "", function);
        }

        ILookup<string, GradientDef> gradients = library.Gradient.ToLookup(gradient => gradient.FunctionName, StringComparer.Ordinal);
        HashSet<string> needed = new(StringComparer.Ordinal);
        Stack<string> waiting = new(nodes.SelectMany(Called));
        while (waiting.TryPop(out string? name))
        {
            if (byName.TryGetValue(name, out FunctionDef? function) && needed.Add(name))
            {
                foreach (string called in function.NodeDef.SelectMany(Called)
                    .Concat(function.Attr.Values.SelectMany(Names)).Concat(gradients[name].Select(gradient => gradient.GradientFunc)))
                {
                    waiting.Push(called);
                }
            }
        }

        FunctionDefLibrary kept = new();
        kept.Function.AddRange(library.Function.Where(function => needed.Contains(function.Signature?.Name ?? "")).Select(function => function.Clone()));
        kept.Gradient.AddRange(library.Gradient.Where(gradient => needed.Contains(gradient.FunctionName)).Select(gradient => gradient.Clone()));
        kept.RegisteredGradients.AddRange(library.RegisteredGradients.Where(gradient => needed.Contains(gradient.GradientFunc)).Select(gradient => gradient.Clone()));
        return kept.Function.Count > 0 ? kept : null;
    }

    private static IEnumerable<string> Called(NodeDef node) => node.Attr.Values.SelectMany(Names).Prepend(node.Op);

    private static IEnumerable<string> Names(AttrValue value) => value.ValueCase switch
    {
        AttrValue.ValueOneofCase.Func => [value.Func.Name],
        AttrValue.ValueOneofCase.List => value.List.Func.Select(function => function.Name),
        _ => [],
    };
}
