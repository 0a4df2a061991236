using ModelSessions.Protos;

namespace ModelSessions.Conformance.Fuzz;

/// <summary>A valid graph put together by chance: each node takes tensors of those before it, or new placeholders, whose shapes fit.</summary>
public sealed class RandomGraph
{
    // Larger tensors are not used further, so that a graph stays small whatever is chosen.
    private const long LargestTensor = 2000;

    private static readonly Action<RandomGraph>[] s_nodes = [.. RandomMath.Nodes, .. RandomArrays.Nodes, .. RandomNets.Nodes, .. RandomFlow.Nodes];

    private readonly List<GraphTensor> _pool = [];
    private readonly List<(string Merge, string Source)> _back = [];
    private readonly Choices _choices;

    private RandomGraph(Choices choices) => _choices = choices;

    /// <summary>The graph as a file holds it.</summary>
    public GraphDef Definition
    {
        get
        {
            GraphDef definition = Graph.ToGraphDef();
            foreach ((string merge, string source) in _back)
            {
                definition.Node.Single(node => node.Name == merge).Input[1] = source;
            }

            return definition;
        }
    }

    /// <summary>What it is fed.</summary>
    public IReadOnlyList<GraphTensor> Placeholders => [.. Graph.Operations.Where(node => node.Type == "Placeholder").Select(node => node.Outputs[0])];

    /// <summary>What may be fetched: all that nothing else takes.</summary>
    public IReadOnlyList<GraphTensor> Results
    {
        get
        {
            HashSet<GraphTensor> taken = [.. Graph.Operations.SelectMany(node => node.Inputs)];
            return [.. _pool.Where(tensor => !taken.Contains(tensor) && tensor.Operation.Type != "Placeholder")];
        }
    }

    internal Graph Graph => Builder.Graph;

    internal GraphBuilder Builder { get; } = new();

    internal Choices Choose => _choices;

    /// <summary>The graph that a list of numbers describes: about one node to four of them.</summary>
    public static RandomGraph From(IReadOnlyList<int> numbers)
    {
        RandomGraph graph = new(new Choices(numbers));
        do
        {
            graph._choices.Of(s_nodes)(graph);
        }
        while (!graph._choices.IsSpent);
        return graph;
    }

    /// <summary>A tensor of a type and with a rank in a range, that fits: one that is there, or a new placeholder.</summary>
    internal GraphTensor Take(DType dtype, int minRank = 0, int maxRank = 4, Func<Shape, bool>? fits = null)
    {
        List<GraphTensor> fitting = [.. _pool.Where(tensor => tensor.DType == dtype && tensor.Shape.Rank >= minRank && tensor.Shape.Rank <= maxRank && fits?.Invoke(tensor.Shape) != false)];
        if (fitting.Count > 0 && _choices.Next(5) > 0)
        {
            // The youngest first: graphs grow deep rather than wide.
            return fitting[^(1 + _choices.Next(Math.Min(fitting.Count, 6)))];
        }

        Shape shape = NewShape(minRank, maxRank);
        return Placeholder(dtype, fits is null || fits(shape) ? shape : fitting.Count > 0 ? fitting[^1].Shape : FirstFit(minRank, maxRank, fits));
    }

    /// <summary>A floating tensor.</summary>
    internal GraphTensor Float(int minRank = 0, int maxRank = 4, Func<Shape, bool>? fits = null) =>
        Take(_choices.Next(6) == 0 ? DType.Float64 : DType.Float32, minRank, maxRank, fits);

    /// <summary>A new placeholder.</summary>
    internal GraphTensor Placeholder(DType dtype, Shape shape)
    {
        GraphTensor placeholder = Builder.Placeholder(dtype, shape);
        _pool.Add(placeholder);
        return placeholder;
    }

    /// <summary>A tensor of the same type that can be broadcast with another.</summary>
    internal GraphTensor Partner(GraphTensor other)
    {
        GraphTensor[] fitting = [.. _pool.Where(tensor => tensor.DType == other.DType && Broadcasts(tensor.Shape, other.Shape))];
        if (fitting.Length > 0 && _choices.Next(4) > 0)
        {
            return _choices.Of(fitting);
        }

        long[] sizes = [.. other.Shape.Dimensions[_choices.Next(other.Shape.Rank + 1)..]];
        foreach (int axis in _choices.Some(sizes.Length))
        {
            sizes[axis] = 1;
        }

        return Placeholder(other.DType, new Shape(sizes));
    }

    /// <summary>Adds a node; its outputs may be taken by others.</summary>
    internal GraphOperation Add(string type, NodeAttributes? attributes, params Operand[] inputs)
    {
        GraphOperation node = Builder.AddOperation(type, null, attributes, inputs);
        foreach (GraphTensor output in node.Outputs)
        {
            Offer(output);
        }

        return node;
    }

    /// <summary>Closes a loop.</summary>
    internal void ComesRound(GraphOperation merge, GraphTensor source) => _back.Add((merge.Name, source.Operation.Name));

    /// <summary>Lets others take a tensor.</summary>
    internal void Offer(GraphTensor tensor)
    {
        if (tensor.Shape.IsFullyDefined && tensor.Shape.ElementCount <= LargestTensor && tensor.Shape.Rank <= 6)
        {
            _pool.Add(tensor);
        }
    }

    private Shape NewShape(int minRank, int maxRank)
    {
        long[] sizes = new long[_choices.Between(minRank, Math.Min(maxRank, minRank + 2))];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = _choices.Of(1, 2, 2, 3, 3, 4, 5);
        }

        return new Shape(sizes);
    }

    private static Shape FirstFit(int minRank, int maxRank, Func<Shape, bool> fits) =>
        Enumerable.Range(minRank, maxRank - minRank + 1)
            .SelectMany(rank => Enumerable.Range(1, 5).Select(size => new Shape([.. Enumerable.Repeat((long)size, rank)])))
            .First(fits);

    private static bool Broadcasts(Shape x, Shape y)
    {
        for (int i = 1; i <= Math.Min(x.Rank, y.Rank); i++)
        {
            if (x[-i] != y[-i] && x[-i] != 1 && y[-i] != 1)
            {
                return false;
            }
        }

        return true;
    }
}
