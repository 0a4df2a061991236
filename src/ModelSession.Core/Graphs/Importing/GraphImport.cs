using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>One import: nodes are made in the order of the definition, each after its inputs, and appear in the graph all at once.</summary>
internal sealed class GraphImport(Graph graph, GraphDef definition, GraphImportOptions options)
{
    private readonly NodeIndex _index = new(definition.Node);
    private readonly InputMap _map = new(graph, options.InputMap);
    private readonly GraphOperation[] _operations = new GraphOperation[definition.Node.Count];
    private readonly List<GraphOperation> _added = new(definition.Node.Count);
    private readonly List<(GraphOperation Merge, int Input, ImportEdge Edge)> _backEdges = [];
    private readonly VersionDef _versions = definition.Versions ?? new VersionDef();
    private readonly List<string> _warnings = [];
    private ImportEdges _edges = null!;
    private ImportFunctions _functions = null!;
    private CalledFunctions _called = null!;
    private ImportNames _names = null!;
    private ImportAttributes _attributes = null!;
    private string[] _devices = null!;

    /// <exception cref="GraphException">The definition is not a valid graph, or the options name what it does not have.</exception>
    public GraphImportResult Run()
    {
        ImportVersions.Check(_versions);
        using Lock.Scope alone = graph.Enter();
        _edges = new ImportEdges(definition.Node, _index, _map);
        _functions = new ImportFunctions(graph.Library, definition.Library);
        _called = options.Called ?? new CalledFunctions(graph.Library, definition.Library, _versions);
        _names = new ImportNames(graph, _index, Prefix());
        _attributes = new ImportAttributes(graph, _index, _names, options);
        ImportDevices devices = new(definition, _index, graph.Builder, options.ClearDevices);
        _devices = devices.Find();
        if (_edges.IsSorted)
        {
            for (int i = 0; i < _operations.Length; i++)
            {
                Add(i);
            }
        }
        else
        {
            AddAfterInputs();
        }

        foreach ((GraphOperation merge, int input, ImportEdge edge) in _backEdges)
        {
            merge.CloseLoop(input, Output(merge.Name, merge.Type, edge));
        }

        devices.Check();
        _map.Check(_index, _operations);
        ReturnElements returned = new(_index, _map, _operations);
        object[] found = [.. options.ReturnElements.Select(returned.Find)];
        options.BeforeCommit?.Invoke(_names.Prefix, Finder());
        graph.Append(_added, _functions.Added, ImportVersions.Merge(graph.Versions, _versions));
        ReservePrefix();
        return new GraphImportResult(_names.Prefix, _added, found, _index.Names, _operations, _warnings);
    }

    /// <summary>Makes sure that names can begin with a prefix.</summary>
    /// <exception cref="GraphException">They cannot.</exception>
    public static void CheckPrefix(string prefix, string scope)
    {
        if (scope.Length > 0 && !Graph.IsNodeName(scope))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{prefix}' is no prefix for names of nodes: letters, digits, '.' first, then also '_', '-', '/', '\\', '>'.");
        }
    }

    // A scope that a failed import asked for stays free.
    private string Prefix()
    {
        string prefix = options.Prefix;
        string scope = prefix.Length == 0 ? "" : prefix.EndsWith('/') ? prefix[..^1] : graph.Builder.UniqueName(prefix, reserve: false);
        CheckPrefix(prefix, scope);
        return scope;
    }

    private void ReservePrefix()
    {
        if (options.Prefix.Length > 0 && !options.Prefix.EndsWith('/'))
        {
            graph.Builder.UniqueName(options.Prefix);
        }
    }

    private Func<string, GraphOperation?> Finder()
    {
        Dictionary<string, GraphOperation> added = _added.ToDictionary(operation => operation.Name, StringComparer.Ordinal);
        return name => added.GetValueOrDefault(name) ?? graph.Find(name);
    }

    // In the order of the definition as far as inputs allow it.
    private void AddAfterInputs()
    {
        int[] waiting = new int[_operations.Length];
        List<int>?[] users = new List<int>?[_operations.Length];
        PriorityQueue<int, int> ready = new();
        for (int i = 0; i < waiting.Length; i++)
        {
            foreach (ImportEdge edge in _edges.Of(i))
            {
                if (!edge.IsMapped && !_edges.IsBack(i, edge))
                {
                    (users[edge.Producer] ??= []).Add(i);
                    waiting[i]++;
                }
            }

            if (waiting[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        while (ready.TryDequeue(out int next, out _))
        {
            Add(next);
            foreach (int user in users[next] ?? [])
            {
                if (--waiting[user] == 0)
                {
                    ready.Enqueue(user, user);
                }
            }
        }

        CheckAllAdded();
    }

    private void Add(int index)
    {
        NodeDef node = definition.Node[index];
        OpSchema schema = OpCatalog.Find(node.Op) ?? graph.Schema(node.Op) ?? _functions.Find(node.Op) ?? throw Graph.UnknownOp(node.Op, node.Name);
        ReadOnlySpan<ImportEdge> edges = _edges.Of(index);
        int count = edges.Length;
        while (count > 0 && edges[count - 1].IsControl)
        {
            count--;
        }

        int firstBack = _backEdges.Count;
        GraphTensor[] inputs = Inputs(node, edges[..count]);
        _attributes.Adapt(node, schema);
        node.Attr.Remove(StoredShapes.Attribute, out AttrValue? shapes);
        NodeParts parts = new(schema, _names.Of(node), inputs, Controls(edges[count..], inputs), _devices[index], node.Attr);
        GraphOperation operation = OperationFactory.Create(graph, graph.Count + _added.Count, parts, _versions.Producer, _called);
        if (shapes is not null)
        {
            StoredShapes.Take(operation, shapes, options.IgnoreShapeConflicts ? _warnings.Add : null);
        }

        for (int i = firstBack; i < _backEdges.Count; i++)
        {
            _backEdges[i] = _backEdges[i] with { Merge = operation };
        }

        graph.Builder.Record(operation);
        _operations[index] = operation;
        _added.Add(operation);
    }

    private GraphTensor[] Inputs(NodeDef node, ReadOnlySpan<ImportEdge> edges)
    {
        GraphTensor[] inputs = edges.Length == 0 ? [] : new GraphTensor[edges.Length];
        int open = 0;
        for (int i = 0; i < edges.Length; i++)
        {
            if (edges[i].IsMapped)
            {
                inputs[i] = _map[~edges[i].Producer];
            }
            else if (_operations[edges[i].Producer] is not null)
            {
                inputs[i] = Output(node.Name, node.Op, edges[i]);
            }
            else
            {
                _backEdges.Add((null!, i, edges[i]));
                open++;
            }
        }

        if (open > 0)
        {
            Complete(node, inputs);
        }

        return inputs;
    }

    // Until a loop is closed, its entry stands in for what comes back; a Merge has at least one input that does not come from the loop.
    private static void Complete(NodeDef node, GraphTensor?[] inputs)
    {
        GraphTensor entry = Array.Find(inputs, input => input is not null)
            ?? throw Invalid(node.Name, $"Node '{node.Name}' (Merge) has no input from outside of its loop.");
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] ??= entry;
        }
    }

    // What the builder's scope and the caller want waited for reaches most nodes through their inputs.
    private GraphOperation[] Controls(ReadOnlySpan<ImportEdge> edges, GraphTensor[] inputs)
    {
        bool more = options.ControlInputs.Count > 0 || graph.Builder.State.Controls is not null;
        if (edges.Length == 0 && !more)
        {
            return [];
        }

        List<GraphOperation> controls = new(edges.Length);
        foreach (ImportEdge edge in edges)
        {
            GraphOperation control = edge.IsMapped ? _map[~edge.Producer].Operation : _operations[edge.Producer];
            if (!edge.IsMapped || !controls.Contains(control))
            {
                controls.Add(control);
            }
        }

        if (!more)
        {
            return [.. controls];
        }

        controls.AddRange(graph.Builder.ControlsFor(inputs));
        if (!Array.Exists(inputs, input => input.Operation.Id >= graph.Count))
        {
            controls.AddRange(options.ControlInputs);
        }

        // TensorFlow lists control inputs by name.
        return [.. controls.Distinct().OrderBy(control => control.Name, StringComparer.Ordinal)];
    }

    private GraphTensor Output(string node, string type, ImportEdge edge)
    {
        GraphOperation producer = _operations[edge.Producer];
        return edge.Output < producer.Outputs.Count
            ? producer.Outputs[edge.Output]
            : throw Invalid(node, $"Node '{node}' ({type}): its input '{producer.Name}:{edge.Output}' is not there; '{producer.Name}' ({producer.Type}) has {producer.Outputs.Count} outputs.");
    }

    private void CheckAllAdded()
    {
        int left = _operations.Length - _added.Count;
        if (left > 0)
        {
            string first = definition.Node[Array.IndexOf(_operations, null!)].Name;
            throw Invalid(first, $"{left:n0} nodes are in a cycle or behind one, the first of them '{first}'. Only NextIteration to Merge may run back.");
        }
    }

    private static GraphException Invalid(string node, string message) => new(StatusCode.InvalidArgument, message, node);
}
