namespace ModelSessions.Cpu.Execution;

/// <summary>Where a resource of a session is found: nodes with the same container and shared name share it, as far as they are of one kind.</summary>
internal readonly record struct ResourceKey(string Container, string Name)
{
    /// <summary>The key that a node asks for. Without a shared name the resource is the node's own.</summary>
    public static ResourceKey Of(GraphOperation node)
    {
        string shared = node.String("shared_name");
        return new ResourceKey(node.String("container"), shared.Length > 0 ? shared : UsesOwnName(node) ? node.Name : Private(node));
    }

    private static bool UsesOwnName(GraphOperation node) => node.Attributes.TryGetValue("use_node_name_sharing", out var value) && value.B;

    private static string Private(GraphOperation node) => node.Graph.FunctionName is { } function ? $"_{function}:{node.Name}" : $"_{node.Name}";
}
