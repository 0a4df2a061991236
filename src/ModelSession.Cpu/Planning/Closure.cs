namespace ModelSessions.Cpu.Planning;

/// <summary>The nodes that a run needs: what fetches and targets depend on, up to the fed tensors.</summary>
internal static class Closure
{
    /// <summary>In the order in which they were added to the graph, in which every node stands after its inputs and control
    /// inputs: a fixed order of execution.</summary>
    /// <param name="roots">Operations wanted.</param>
    /// <param name="fed">Tensors that are given, so that what makes them is not needed.</param>
    public static List<GraphOperation> Of(IEnumerable<GraphOperation> roots, IReadOnlySet<GraphTensor> fed)
    {
        HashSet<GraphOperation> found = [];
        Stack<GraphOperation> open = new();
        foreach (GraphOperation root in roots)
        {
            Visit(root);
        }

        while (open.TryPop(out GraphOperation? node))
        {
            foreach (GraphTensor input in node.Inputs)
            {
                if (!fed.Contains(input))
                {
                    Visit(input.Operation);
                }
            }

            // To wait for a placeholder that is fed is to wait for the feed.
            foreach (GraphOperation control in node.ControlInputs)
            {
                if (!IsFedPlaceholder(control))
                {
                    Visit(control);
                }
            }
        }

        List<GraphOperation> nodes = [.. found];
        nodes.Sort((a, b) => a.Id.CompareTo(b.Id));
        return nodes;

        bool IsFedPlaceholder(GraphOperation node) =>
            node.Type is "Placeholder" or "PlaceholderV2" or "PlaceholderWithDefault" && fed.Contains(node.Outputs[0]);

        void Visit(GraphOperation node)
        {
            if (found.Add(node))
            {
                open.Push(node);
            }
        }
    }
}
