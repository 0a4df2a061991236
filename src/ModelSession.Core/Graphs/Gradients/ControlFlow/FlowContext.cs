namespace ModelSessions.Graphs.Gradients;

/// <summary>A part of a graph that runs under conditions of its own: a branch, or the body of a loop. Operations that are built inside get
/// what they take from outside through its gates.</summary>
internal abstract class FlowContext(FlowMap map, FlowContext? outer)
{
    private readonly Dictionary<GraphTensor, GraphTensor> _brought = [];
    private readonly HashSet<GraphTensor> _values = [];

    /// <summary>The context around it; null at the top.</summary>
    public FlowContext? Outer { get; internal set; } = outer;

    /// <summary>The innermost loop that it is, or is part of; null if none.</summary>
    public abstract LoopContext? Loop { get; }

    /// <summary>How many contexts there are around it.</summary>
    public int Depth => Outer is null ? 0 : Outer.Depth + 1;

    /// <summary>Its name, of which a MetaGraph tells; null where nobody will ask.</summary>
    public string? Name { get; init; }

    /// <summary>The contexts that were built in it.</summary>
    public List<FlowContext> Nested { get; } = [];

    /// <summary>The values that it has met: those of its own operations, and of others that it takes.</summary>
    public IReadOnlySet<GraphTensor> Values => _values;

    /// <summary>The values from outside, and how they are known inside.</summary>
    public IReadOnlyDictionary<GraphTensor, GraphTensor> Brought => _brought;

    /// <summary>An operation that runs exactly when the context does.</summary>
    public abstract GraphOperation? Pivot { get; }

    /// <summary>Where operations stand.</summary>
    protected FlowMap Map { get; } = map;

    /// <summary>The inner one of two contexts; null stands for the top.</summary>
    public static FlowContext? Deepest(FlowContext? x, FlowContext? y) => y is not null && (x is null || y.Depth > x.Depth) ? y : x;

    /// <summary>Whether a context is this one or inside of it.</summary>
    public bool Contains(FlowContext? context)
    {
        for (; context is not null; context = context.Outer)
        {
            if (context == this)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where an operation that is built here must stand; null for the top.</summary>
    public virtual FlowContext? HostOf(string type, GraphTensor[] inputs) => this;

    /// <summary>Takes an operation that was built here.</summary>
    public virtual void Own(GraphOperation operation)
    {
        Map.Set(operation, this);
        foreach (GraphTensor output in operation.Outputs)
        {
            Meet(output);
        }
    }

    /// <summary>Takes note of a value.</summary>
    public void Meet(GraphTensor value) => _values.Add(value);

    /// <summary>A value as operations in here may take it.</summary>
    public GraphTensor Bring(GraphTensor value)
    {
        if (Contains(Map.Of(value)))
        {
            return value;
        }

        if (!_brought.TryGetValue(value, out GraphTensor? inside))
        {
            Map.CheckReach(value, this);
            Meet(value);
            Record(value, inside = BringIn(value));
        }

        return inside;
    }

    /// <summary>States how a value from outside is known in here.</summary>
    protected void Record(GraphTensor value, GraphTensor inside) => _brought[value] = inside;

    /// <summary>Leaves out control inputs from other frames, which could never be waited for, and ties what would run without this context
    /// to it.</summary>
    public virtual void Order(string type, GraphTensor[] inputs, List<GraphOperation> controls)
    {
        controls.RemoveAll(control => Map.OfControl(control)?.Loop != Loop);
        if (NeedsPivot(type, inputs, controls) && Pivot is { } pivot && !controls.Contains(pivot))
        {
            controls.Add(pivot);
        }
    }

    /// <summary>Adds the gate for a value from outside.</summary>
    protected abstract GraphTensor BringIn(GraphTensor value);

    /// <summary>Whether an operation would run although the context does not.</summary>
    protected abstract bool NeedsPivot(string type, GraphTensor[] inputs, List<GraphOperation> controls);
}
