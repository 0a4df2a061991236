namespace ModelSessions.Graphs.Transforms;

/// <summary>An input as a NodeDef writes it.</summary>
internal static class NodeInput
{
    /// <summary>Whether it is a control input: <c>^node</c>.</summary>
    public static bool IsControl(string input) => input.StartsWith('^');

    /// <summary>The node that it comes from.</summary>
    public static string Producer(string input) => IsControl(input) ? input[1..] : Graph.ParseTensorName(input).Operation;
}
