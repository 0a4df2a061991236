using ModelSessions.Graphs.Gradients;

namespace ModelSessions;

/// <summary>What lies between the ys and the xs of a differentiation.</summary>
internal static class GradientReach
{
    /// <summary>Operations that depend on an x through values that have gradients.</summary>
    public static HashSet<GraphOperation> From(IReadOnlyList<GraphTensor> xs)
    {
        HashSet<GraphOperation> reached = [.. xs.Select(x => x.Operation)];
        if (xs.Count == 0)
        {
            return reached;
        }

        int first = reached.Min(operation => operation.Id);
        bool again;
        do
        {
            // Inputs stand before their users but for the back edges of loops, which may lead to before the first of all: another round
            // follows them.
            bool added = false, loops = false;
            foreach (GraphOperation operation in xs[0].Graph.Operations.Skip(first))
            {
                added |= operation.Inputs.Any(input => reached.Contains(input.Operation) && IsSmooth(input.DType)) && reached.Add(operation);
                loops |= FlowMap.IsNextIteration(operation) && reached.Contains(operation);
            }

            again = added && loops;
            first = 0;
        }
        while (again);
        return reached;
    }

    /// <summary>The operations on the ways from the ys back to the xs.</summary>
    /// <param name="ys">The ys.</param>
    /// <param name="reached">What depends on the xs; those on the ways are taken out.</param>
    public static List<GraphOperation> Between(IReadOnlyList<GraphTensor> ys, HashSet<GraphOperation> reached)
    {
        List<GraphOperation> between = [];
        Queue<GraphOperation> queue = new(ys.Select(y => y.Operation));
        while (queue.TryDequeue(out GraphOperation? operation))
        {
            if (reached.Remove(operation))
            {
                between.Add(operation);
                foreach (GraphTensor input in operation.Inputs)
                {
                    queue.Enqueue(input.Operation);
                }
            }
        }

        return between;
    }

    /// <summary>Whether values of a type have gradients.</summary>
    public static bool IsSmooth(DType dtype) => dtype.IsFloating() || dtype.IsComplex() || dtype is DType.Resource or DType.Variant;
}
