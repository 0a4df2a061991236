using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Turns a GraphDef into operations of a graph.</summary>
public static class GraphImporter
{
    /// <summary>A new graph with all nodes, functions and versions of a GraphDef. Takes the definition over: it is not to be changed afterwards.</summary>
    /// <exception cref="GraphException">The definition is not a valid graph: unknown ops, missing inputs, cycles, wrong types.</exception>
    public static Graph Import(GraphDef definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Graph graph = new();
        if (definition.Versions is not null)
        {
            CheckVersions(definition.Versions);
            graph.Versions = definition.Versions;
        }

        if (definition.Library is not null)
        {
            graph.Library.MergeFrom(definition.Library);
        }

        new Walk(graph, definition).Run();
        return graph;
    }

    private static void CheckVersions(VersionDef versions)
    {
        if (versions.MinConsumer > Graph.ProducerVersion || versions.BadConsumers.Contains(Graph.ProducerVersion))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The graph wants consumers of version {versions.MinConsumer} or newer{(versions.BadConsumers.Count > 0 ? $", but not {string.Join(", ", versions.BadConsumers)}" : "")}; this library knows version {Graph.ProducerVersion}, TensorFlow 2.16's.");
        }
    }

    /// <summary>An input of a node: which node, and which of its outputs; −1 for a control input.</summary>
    private readonly record struct Edge(int Producer, int Output);

    /// <summary>One import: nodes are added in the order of the definition, each after its inputs. The only edges that may run
    /// back are those from NextIteration to Merge; they are closed at the end.</summary>
    private sealed class Walk(Graph graph, GraphDef definition)
    {
        private readonly Dictionary<string, int> _byName = new(definition.Node.Count, StringComparer.Ordinal);
        private readonly List<(GraphOperation Merge, int Input, Edge Edge)> _backEdges = [];
        private readonly Edge[][] _edges = new Edge[definition.Node.Count][];
        private readonly GraphOperation?[] _operations = new GraphOperation?[definition.Node.Count];

        public void Run()
        {
            for (int i = 0; i < _edges.Length; i++)
            {
                if (!_byName.TryAdd(definition.Node[i].Name, i))
                {
                    throw Invalid(definition.Node[i].Name, $"The graph has two nodes '{definition.Node[i].Name}'.");
                }
            }

            bool sorted = true;
            for (int i = 0; i < _edges.Length; i++)
            {
                _edges[i] = Edges(definition.Node[i]);
                sorted = sorted && Array.TrueForAll(_edges[i], edge => edge.Producer < i || IsBack(i, edge));
            }

            if (sorted)
            {
                for (int i = 0; i < _edges.Length; i++)
                {
                    Add(i);
                }
            }
            else
            {
                AddAfterInputs();
            }

            foreach ((GraphOperation merge, int input, Edge edge) in _backEdges)
            {
                merge.CloseLoop(input, Output(merge.Name, merge.Type, edge));
            }
        }

        // In the order of the definition as far as inputs allow it.
        private void AddAfterInputs()
        {
            int[] waiting = new int[_edges.Length];
            List<int>?[] users = new List<int>?[_edges.Length];
            PriorityQueue<int, int> ready = new();
            for (int i = 0; i < waiting.Length; i++)
            {
                foreach (Edge edge in _edges[i])
                {
                    if (!IsBack(i, edge))
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

        private bool IsBack(int node, Edge edge) => IsMerge(definition.Node[node]) && IsNextIteration(definition.Node[edge.Producer]);

        private Edge[] Edges(NodeDef node)
        {
            Edge[] edges = new Edge[node.Input.Count];
            bool controls = false;
            for (int i = 0; i < edges.Length; i++)
            {
                string input = node.Input[i];
                bool control = input.StartsWith('^');
                if (controls && !control)
                {
                    throw Invalid(node.Name, $"Node '{node.Name}' ({node.Op}): the data input '{input}' stands after a control input.");
                }

                controls = control;
                (string name, int output) = Graph.ParseTensorName(control ? input[1..] : input);
                edges[i] = _byName.TryGetValue(name, out int producer)
                    ? new Edge(producer, control ? -1 : output)
                    : throw Invalid(node.Name, $"Node '{node.Name}' ({node.Op}): its input '{input}' is not in the graph.{NearestNames.Hint(name, _byName.Keys)}");
            }

            return edges;
        }

        private void Add(int index)
        {
            NodeDef node = definition.Node[index];
            Edge[] edges = _edges[index];
            int count = Array.FindIndex(edges, edge => edge.Output < 0) is >= 0 and int first ? first : edges.Length;
            GraphTensor?[] inputs = new GraphTensor?[count];
            GraphOperation[] controls = new GraphOperation[edges.Length - count];
            for (int i = 0; i < edges.Length; i++)
            {
                if (i >= count)
                {
                    controls[i - count] = _operations[edges[i].Producer]!;
                }
                else if (_operations[edges[i].Producer] is not null)
                {
                    inputs[i] = Output(node.Name, node.Op, edges[i]);
                }
            }

            _operations[index] = graph.Add(new NodeSpec
            {
                Type = node.Op,
                Name = node.Name,
                Device = node.Device,
                Inputs = Complete(node, inputs),
                ControlInputs = controls,
                Attributes = node.Attr,
            });
            for (int i = 0; i < count; i++)
            {
                if (inputs[i] is null)
                {
                    _backEdges.Add((_operations[index]!, i, edges[i]));
                }
            }
        }

        // Until a loop is closed, its entry stands in for what comes back; a Merge has at least one input that does not come from the loop.
        private static GraphTensor[] Complete(NodeDef node, GraphTensor?[] inputs)
        {
            if (Array.TrueForAll(inputs, input => input is not null))
            {
                return inputs!;
            }

            GraphTensor entry = Array.Find(inputs, input => input is not null)
                ?? throw Invalid(node.Name, $"Node '{node.Name}' (Merge) has no input from outside of its loop.");
            return [.. inputs.Select(input => input ?? entry)];
        }

        private GraphTensor Output(string node, string type, Edge edge)
        {
            GraphOperation producer = _operations[edge.Producer]!;
            return edge.Output < producer.Outputs.Count
                ? producer.Outputs[edge.Output]
                : throw Invalid(node, $"Node '{node}' ({type}): its input '{producer.Name}:{edge.Output}' is not there; '{producer.Name}' ({producer.Type}) has {producer.Outputs.Count} outputs.");
        }

        private void CheckAllAdded()
        {
            int left = _operations.Count(operation => operation is null);
            if (left > 0)
            {
                string first = definition.Node[Array.IndexOf(_operations, null)].Name;
                throw Invalid(first, $"{left:n0} nodes are in a cycle or behind one, the first of them '{first}'. Only NextIteration to Merge may run back.");
            }
        }

        private static bool IsMerge(NodeDef node) => node.Op is "Merge" or "RefMerge";

        private static bool IsNextIteration(NodeDef node) => node.Op is "NextIteration" or "RefNextIteration";

        private static GraphException Invalid(string node, string message) => new(StatusCode.InvalidArgument, message, node);
    }
}
