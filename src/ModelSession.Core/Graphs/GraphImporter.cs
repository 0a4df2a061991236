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

    /// <summary>One import: nodes are added in the order of the definition, each after its inputs. The only edges that may run
    /// back are those from NextIteration to Merge; they are closed at the end.</summary>
    private sealed class Walk(Graph graph, GraphDef definition)
    {
        private readonly Dictionary<string, int> _byName = new(definition.Node.Count, StringComparer.Ordinal);
        private readonly List<(GraphOperation Merge, int Input, string Name)> _backEdges = [];
        private readonly bool[] _added = new bool[definition.Node.Count];

        public void Run()
        {
            for (int i = 0; i < definition.Node.Count; i++)
            {
                if (!_byName.TryAdd(definition.Node[i].Name, i))
                {
                    throw Invalid(definition.Node[i].Name, $"The graph has two nodes '{definition.Node[i].Name}'.");
                }
            }

            int[] waiting = new int[definition.Node.Count];
            List<int>?[] users = new List<int>?[definition.Node.Count];
            PriorityQueue<int, int> ready = new();
            for (int i = 0; i < waiting.Length; i++)
            {
                foreach (int producer in Producers(definition.Node[i]))
                {
                    (users[producer] ??= []).Add(i);
                    waiting[i]++;
                }

                if (waiting[i] == 0)
                {
                    ready.Enqueue(i, i);
                }
            }

            while (ready.TryDequeue(out int next, out _))
            {
                Add(definition.Node[next]);
                _added[next] = true;
                foreach (int user in users[next] ?? [])
                {
                    if (--waiting[user] == 0)
                    {
                        ready.Enqueue(user, user);
                    }
                }
            }

            CheckAllAdded();
            foreach ((GraphOperation merge, int input, string name) in _backEdges)
            {
                merge.CloseLoop(input, graph.Tensor(name));
            }
        }

        private IEnumerable<int> Producers(NodeDef node)
        {
            bool merge = IsMerge(node);
            foreach (string input in node.Input)
            {
                (string name, _) = Graph.ParseTensorName(input.StartsWith('^') ? input[1..] : input);
                if (!_byName.TryGetValue(name, out int producer))
                {
                    throw Invalid(node.Name, $"Node '{node.Name}' ({node.Op}): its input '{input}' is not in the graph.{NearestNames.Hint(name, _byName.Keys)}");
                }

                if (!(merge && IsNextIteration(definition.Node[producer])))
                {
                    yield return producer;
                }
            }
        }

        private void Add(NodeDef node)
        {
            List<GraphTensor> inputs = [];
            List<GraphOperation> controls = [];
            List<(int Input, string Name)> back = [];
            foreach (string input in node.Input)
            {
                if (input.StartsWith('^'))
                {
                    controls.Add(graph.Operation(input[1..]));
                    continue;
                }

                if (controls.Count > 0)
                {
                    throw Invalid(node.Name, $"Node '{node.Name}' ({node.Op}): the data input '{input}' stands after a control input.");
                }

                (string name, _) = Graph.ParseTensorName(input);
                if (graph.Find(name) is null)
                {
                    back.Add((inputs.Count, input));
                    // Stands in until the loop is closed; a Merge has at least one input that does not come from the loop.
                    inputs.Add(null!);
                    continue;
                }

                inputs.Add(Output(node, input));
            }

            GraphTensor? entry = inputs.FirstOrDefault(input => input is not null);
            if (back.Count > 0 && entry is null)
            {
                throw Invalid(node.Name, $"Node '{node.Name}' (Merge) has no input from outside of its loop.");
            }

            GraphOperation operation = graph.Add(new NodeSpec
            {
                Type = node.Op,
                Name = node.Name,
                Device = node.Device,
                Inputs = [.. inputs.Select(input => input ?? entry!)],
                ControlInputs = controls,
                Attributes = node.Attr,
            });
            _backEdges.AddRange(back.Select(edge => (operation, edge.Input, edge.Name)));
        }

        private GraphTensor Output(NodeDef node, string input)
        {
            (string name, int index) = Graph.ParseTensorName(input);
            GraphOperation producer = graph.Operation(name);
            return index < producer.Outputs.Count
                ? producer.Outputs[index]
                : throw Invalid(node.Name, $"Node '{node.Name}' ({node.Op}): its input '{input}' is not there; '{name}' ({producer.Type}) has {producer.Outputs.Count} outputs.");
        }

        private void CheckAllAdded()
        {
            int left = _added.Count(added => !added);
            if (left > 0)
            {
                string first = definition.Node[Array.IndexOf(_added, false)].Name;
                throw Invalid(first, $"{left:n0} nodes are in a cycle or behind one, the first of them '{first}'. Only NextIteration to Merge may run back.");
            }
        }

        private static bool IsMerge(NodeDef node) => node.Op is "Merge" or "RefMerge";

        private static bool IsNextIteration(NodeDef node) => node.Op is "NextIteration" or "RefNextIteration";

        private static GraphException Invalid(string node, string message) => new(StatusCode.InvalidArgument, message, node);
    }
}
