namespace ModelSessions.Graphs.Gradients;

/// <summary>In which branches and loops the operations of a graph stand.</summary>
/// <param name="builder">Adds to the graph.</param>
/// <param name="isAuthored">Whether the contexts are those that a user builds, not those found in a graph.</param>
internal sealed class FlowMap(GraphBuilder builder, bool isAuthored = false)
{
    private readonly Dictionary<GraphOperation, FlowContext?> _operations = [];
    private readonly Dictionary<GraphTensor, FlowContext?> _tensors = [];

    /// <summary>Adds to the graph.</summary>
    public GraphBuilder Builder { get; } = builder;

    /// <summary>Whether the contexts are those that a user builds, not those found in a graph.</summary>
    public bool IsAuthored { get; } = isAuthored;

    /// <summary>The context in which an operation runs: of an Enter the loop that it enters, of an Exit the one that it leaves.</summary>
    public FlowContext? Of(GraphOperation operation) => _operations.GetValueOrDefault(operation);

    /// <summary>The context in which a value is there.</summary>
    public FlowContext? Of(GraphTensor tensor) => _tensors.TryGetValue(tensor, out FlowContext? context) ? context : Of(tensor.Operation);

    /// <summary>The context in which others may wait for an operation.</summary>
    public FlowContext? OfControl(GraphOperation operation) => IsExit(operation) ? Of(operation.Outputs[0]) : Of(operation);

    public void Set(GraphOperation operation, FlowContext? context) => _operations[operation] = context;

    /// <summary>States where a value is there, where that is not where its operation runs.</summary>
    public void Set(GraphTensor tensor, FlowContext? context) => _tensors[tensor] = context;

    /// <summary>Sees to it that a value can be had in a context at all.</summary>
    /// <param name="value">The value.</param>
    /// <param name="context">Where it is wanted; null for the top.</param>
    /// <exception cref="GraphException">It is a value of another loop's iterations, or of another branch.</exception>
    public void CheckReach(GraphTensor value, FlowContext? context)
    {
        FlowContext? home = IsAuthored ? Of(value) : null;
        // What leaves a branch does so at a Merge around it.
        if (home is not null && (context is null ? home.Loop is not null : !home.Contains(context)))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"'{value.Name}' is there only inside of '{home.Name}', a {(home is LoopContext ? "loop" : "branch")}. Give it as a result of that, and take the result.",
                value.Operation.Name);
        }
    }

    /// <summary>Whether values get into a branch or a loop through operations of that kind.</summary>
    public static bool IsGate(string type) => type is "Enter" or "RefEnter" or "Switch" or "RefSwitch";

    public static bool IsEnter(GraphOperation operation) => operation.Type is "Enter" or "RefEnter";

    public static bool IsConstantEnter(GraphOperation operation) => IsEnter(operation) && operation.Bool("is_constant");

    public static bool IsExit(GraphOperation operation) => operation.Type is "Exit" or "RefExit";

    public static bool IsMerge(GraphOperation operation) => operation.Type is "Merge" or "RefMerge";

    public static bool IsNextIteration(GraphOperation operation) => operation.Type is "NextIteration" or "RefNextIteration";

    public static bool IsSwitch(GraphOperation operation) => operation.Type is "Switch" or "RefSwitch";

    /// <summary>Whether it is the Switch at which a variable of a loop goes on or leaves.</summary>
    public static bool IsLoopSwitch(GraphOperation operation) => IsSwitch(operation) && operation.Inputs[1].Operation.Type == "LoopCond";

    /// <summary>The Enter node of a value that stays the same in all iterations; null if it is no such value.</summary>
    public static GraphOperation? ConstantEnterOf(GraphTensor value)
    {
        GraphOperation operation = value.Operation;
        while (IsSwitch(operation) || operation.Type is "Identity" or "RefIdentity")
        {
            operation = operation.Inputs[0].Operation;
        }

        return IsConstantEnter(operation) ? operation : null;
    }
}
