namespace ModelSessions;

/// <content>Nodes that end a run where numbers went wrong.</content>
public sealed partial class GraphBuilder
{
    /// <summary>The same value; a run fails where it has an infinity or a NaN.</summary>
    /// <param name="value">A floating-point tensor.</param>
    /// <param name="message">What the failure is to say.</param>
    /// <param name="name"><c>CheckNumerics</c> if null.</param>
    public GraphTensor CheckNumerics(Operand value, string message, string? name = null) =>
        Add("CheckNumerics", name, new() { ["message"] = message }, value);

    /// <summary>Checks of every floating-point tensor that the graph has now, each before those behind it: <c>tf.add_check_numerics_ops</c>. They run
    /// all of the graph, its training too.</summary>
    /// <returns>An operation that waits for all checks.</returns>
    /// <exception cref="GraphException">The graph has branches or loops, of which one part never runs.</exception>
    public GraphOperation AddCheckNumerics()
    {
        GraphOperation[] last = [];
        foreach (GraphOperation operation in Graph.Operations.ToArray())
        {
            if (operation.Type is "Merge" or "Enter")
            {
                throw new GraphException(StatusCode.InvalidArgument, $"'{operation.Name}' belongs to a branch or a loop; not all tensors of such a graph can be checked.", operation.Name);
            }

            foreach (GraphTensor output in operation.Outputs.Where(output => !output.IsRef && output.DType is (DType.Float16 or DType.Float32 or DType.Float64)))
            {
                using GraphScope after = ControlDependencies(last);
                last = [CheckNumerics(output, output.Name).Operation];
            }
        }

        return GroupOperations(last);
    }
}
