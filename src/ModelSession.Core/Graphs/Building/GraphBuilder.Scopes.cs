using ModelSessions.Graphs.Gradients;

namespace ModelSessions;

/// <content>Scopes: names, control dependencies, devices, colocation, with TensorFlow's rules.</content>
public sealed partial class GraphBuilder
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private int _namesSeen;

    internal BuilderState State { get; set; } = new();

    /// <summary>A name that is free, also where only case differs, in the current scope: <c>name</c>, else <c>name_1</c>, <c>name_2</c> …</summary>
    /// <param name="name">The name wanted.</param>
    /// <param name="reserve">Whether nothing else may take the name afterwards.</param>
    public string UniqueName(string name, bool reserve = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        LearnNames();
        string full = State.Scope.Length > 0 ? $"{State.Scope}/{name}" : name;
        string key = Key(full);
        int used = _names.GetValueOrDefault(key);
        if (reserve)
        {
            _names[key] = used + 1;
        }

        if (used == 0)
        {
            return full;
        }

        string candidate;
        do
        {
            candidate = $"{key}_{used++}";
        }
        while (_names.ContainsKey(candidate));

        if (reserve)
        {
            _names[candidate] = 1;
        }

        return $"{full}_{used - 1}";
    }

    /// <summary>Puts a scope before the names of what is built until it is disposed. A scope of the same name gets a suffix, as an
    /// operation would; a name that ends with a slash enters exactly that scope again; null or empty goes to the top.</summary>
    /// <exception cref="GraphException">The name has characters that no scope may have.</exception>
    public GraphScope NameScope(string? name)
    {
        string path = name switch
        {
            null or "" => "",
            _ when name.EndsWith('/') => name[..^1],
            _ => UniqueName(name),
        };
        if (path.Length > 0 && !Graph.IsNodeName(path))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is not a name scope: letters, digits, '.' first, then also '_', '-', '/', '\\', '>'.");
        }

        return Enter(State with { Scope = path });
    }

    /// <summary>Makes everything built until it is disposed run after some operations.</summary>
    public GraphScope ControlDependencies(IEnumerable<GraphOperation> operations)
    {
        HashSet<GraphOperation> known = [];
        for (ControlScope? scope = State.Controls; scope is not null; scope = scope.Outer)
        {
            known.UnionWith(scope.Operations);
        }

        GraphOperation[] added = [.. operations.Where(known.Add)];
        return Enter(State with { Controls = new ControlScope(State.Controls, added) });
    }

    /// <summary>Leaves all control dependencies, and the branch or loop that is being built, until it is disposed, as initialisers must.</summary>
    public GraphScope NoControlDependencies() => Flow(null);

    /// <summary>Asks for a device: <c>/cpu:0</c>, <c>/job:ps/task:1</c>. Parts that are not given come from the outer scope; null asks for
    /// any device.</summary>
    /// <exception cref="GraphException">It is no device name.</exception>
    public GraphScope Device(string? device) =>
        Enter(State with { Device = string.IsNullOrEmpty(device) ? "" : DeviceName.Parse(device).Over(State.Device).ToString() });

    /// <summary>Places what is built until it is disposed where <paramref name="operation"/> is (<c>_class</c>), whatever device is asked
    /// for outside.</summary>
    public GraphScope ColocateWith(GraphOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Enter(State with { Device = "", Colocation = [.. State.Colocation, operation] });
    }

    /// <summary>As <see cref="ColocateWith"/>, but leaves all outer colocation; with null, leaves it only.</summary>
    internal GraphScope ColocateOnlyWith(GraphOperation? operation) =>
        Enter(State with { Device = "", Colocation = operation is null ? [] : [operation] });

    /// <summary>Puts what is built into the colocation group of an operation that does not exist yet.</summary>
    internal GraphScope Group(string operation) => Enter(State with { Group = "loc:@" + operation });

    /// <summary>Builds in a branch or a loop, or at the top, and after nothing that was to be waited for outside.</summary>
    internal GraphScope Flow(FlowContext? context) => Enter(State with { Flow = context, Controls = null });

    /// <summary>Builds in a branch or a loop, and after what is to be waited for outside.</summary>
    internal GraphScope Inside(FlowContext context) => Enter(State with { Flow = context });

    /// <summary>Builds in a variable scope and its first name scope again, as a layer does that is called again.</summary>
    internal GraphScope Inside(VariableScope scope) => Enter(State with { Variables = scope, Scope = scope.NameScope.TrimEnd('/') });

    /// <summary>Lets gradient rules find the control flow of the differentiation.</summary>
    internal GraphScope Differentiating(FlowGradients flow) => Enter(State with { FlowGradients = flow });

    private static string Key(string name) => name.ToLowerInvariant();

    private GraphScope Enter(BuilderState state)
    {
        GraphScope scope = new(this, State, state.Scope.Length > 0 ? state.Scope + "/" : "");
        State = state;
        return scope;
    }

    // Nodes that came into the graph without the builder (an import) have their names, too.
    private void LearnNames()
    {
        int count = Graph.Count;
        if (_namesSeen == count)
        {
            return;
        }

        IReadOnlyList<GraphOperation> operations = Graph.Operations;
        for (; _namesSeen < count; _namesSeen++)
        {
            _names.TryAdd(Key(operations[_namesSeen].Name), 1);
        }
    }

    internal List<GraphOperation> ControlsFor(IReadOnlyList<GraphTensor> inputs)
    {
        List<GraphOperation> controls = [];
        for (ControlScope? scope = State.Controls; scope is not null; scope = scope.Outer)
        {
            if (!inputs.Any(input => scope.Contains(input.Operation)))
            {
                controls.AddRange(scope.Operations.Where(operation => !controls.Contains(operation) && inputs.All(input => input.Operation != operation)));
            }
        }

        return controls;
    }

    internal void Record(GraphOperation operation)
    {
        for (ControlScope? scope = State.Controls; scope is not null; scope = scope.Outer)
        {
            scope.Record(operation);
        }
    }
}
