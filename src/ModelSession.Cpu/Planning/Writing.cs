using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Planning;

/// <summary>Nodes that write variables.</summary>
internal static class Writing
{
    private static readonly HashSet<string> Readers =
        ["Identity", "IsVariableInitialized", "ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VarIsInitializedOp", "VariableShape"];

    /// <summary>Puts what writes a variable, with all that needs it, behind the rest: until then a run can be ended as if it had never begun.</summary>
    /// <param name="nodes">Each after what it depends on.</param>
    public static List<GraphOperation> Last(List<GraphOperation> nodes)
    {
        HashSet<GraphOperation> late = [];
        foreach (GraphOperation node in nodes)
        {
            // Loops are put in order by themselves.
            if (Flow.Enters(node) || Flow.Exits(node))
            {
                return nodes;
            }

            if (Writes(node) || node.Inputs.Any(input => late.Contains(input.Operation)) || node.ControlInputs.Any(late.Contains))
            {
                late.Add(node);
            }
        }

        return late.Count == 0 ? nodes : [.. nodes.Where(node => !late.Contains(node)), .. nodes.Where(late.Contains)];
    }

    /// <summary>The first of the steps that writes; their number if none does.</summary>
    public static int First(Step[] steps) => Array.FindIndex(steps, Writes) is >= 0 and var first ? first : steps.Length;

    /// <summary>Whether a step may write a variable.</summary>
    public static bool Writes(Step step) => step.Kind == StepKind.Loop ? step.Inner.Any(Writes) : Writes(step.Node);

    private static bool Writes(GraphOperation node) =>
        (!Readers.Contains(node.Type) && node.Inputs.Any(input => input.IsRef || (input.DType == DType.Resource && MayBeVariable(input.Operation))))
        || FunctionCalls.Of(node).Any(call => HasVariable(node.Graph, call.Name, []));

    // Queues, tables and iterators are made by ops of their own; what a function or a loop was given may be anything.
    private static bool MayBeVariable(GraphOperation maker) => maker.Type == "VarHandleOp" || maker.Inputs.Count > 0 || maker.Graph.FunctionName is not null;

    private static bool HasVariable(Graph graph, string function, HashSet<string> seen) =>
        seen.Add(function) && graph.Functions.Find(function) is { } body
        && body.NodeDef.Any(node => node.Op == "VarHandleOp" || Called(node).Any(call => HasVariable(graph, call, seen)));

    private static IEnumerable<string> Called(NodeDef node) =>
        [node.Op, .. node.Attr.Values.SelectMany<AttrValue, NameAttrList>(value => value.ValueCase switch
        {
            AttrValue.ValueOneofCase.Func => [value.Func],
            AttrValue.ValueOneofCase.List => value.List.Func,
            _ => [],
        }).Select(call => call.Name)];
}
