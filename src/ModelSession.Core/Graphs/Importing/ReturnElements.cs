namespace ModelSessions.Graphs.Importing;

/// <summary>Finds what an import is to give back, by the definition's names.</summary>
internal sealed class ReturnElements(NodeIndex index, InputMap map, GraphOperation[] operations)
{
    /// <summary>A tensor for <c>name:0</c>, an operation for <c>name</c>.</summary>
    /// <exception cref="GraphException">The definition does not have it.</exception>
    public object Find(string element)
    {
        (string name, int output) = Graph.ParseTensorName(element);
        if (name.Length < element.Length && map.Find(name, output) is { } entry)
        {
            return map[entry];
        }

        if (!index.TryFind(name, out int node))
        {
            throw Invalid($"'{element}' was to be given back, which is not in the imported graph.{NearestNames.Hint(name, index.Names.Keys)}", name);
        }

        GraphOperation operation = operations[node];
        return name.Length == element.Length ? operation
            : output < operation.Outputs.Count ? operation.Outputs[output]
            : throw Invalid($"'{element}' was to be given back, but '{name}' ({operation.Type}) has {operation.Outputs.Count} outputs.", name);
    }

    private static GraphException Invalid(string message, string node) => new(StatusCode.InvalidArgument, message, node);
}
