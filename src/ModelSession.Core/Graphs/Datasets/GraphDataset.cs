using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What a function of a dataset builds: takes the tensors of an element, gives those of another one.</summary>
/// <param name="builder">Builds in the function's body; tensors of the graph around it may be used.</param>
/// <param name="element">The element's tensors.</param>
public delegate GraphTensor[] ElementFunction(GraphBuilder builder, GraphTensor[] element);

/// <summary>A dataset in a graph: a handle from which iterators take elements of one or more tensors.</summary>
public sealed class GraphDataset
{
    private readonly GraphBuilder _g;

    internal GraphDataset(GraphBuilder builder, GraphTensor handle, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
    {
        _g = builder;
        Handle = handle;
        Types = types;
        Shapes = shapes;
    }

    /// <summary>The dataset itself, a variant.</summary>
    public GraphTensor Handle { get; }

    /// <summary>The types of an element's tensors.</summary>
    public IReadOnlyList<DType> Types { get; }

    /// <summary>The shapes of an element's tensors, as far as they are known.</summary>
    public IReadOnlyList<Shape> Shapes { get; }

    /// <summary>Each element changed by a function: <c>map</c>.</summary>
    public GraphDataset Map(ElementFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        FunctionTrace trace = Trace(function, out GraphTensor[] results);
        DType[] types = Array.ConvertAll(results, result => result.DType);
        Shape[] shapes = Array.ConvertAll(results, result => result.Shape);
        return Called("MapDataset", "f", trace.Finish("Dataset_map", results, trace.Captured), trace.Captured, types, shapes);
    }

    /// <summary>The elements that a function takes: <c>filter</c>.</summary>
    /// <param name="predicate">Gives one boolean scalar.</param>
    public GraphDataset Filter(ElementFunction predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        FunctionTrace trace = Trace(predicate, out GraphTensor[] results);
        return results is [{ DType: DType.Bool }]
            ? Called("FilterDataset", "predicate", trace.Finish("Dataset_filter", results, trace.Captured), trace.Captured, [.. Types], [.. Shapes])
            : throw new GraphException(StatusCode.InvalidArgument, $"A filter gives one boolean; there are {results.Length} results: {string.Join(", ", results.Select(result => result.DType.Name()))}.");
    }

    /// <summary>Elements put together by number: <c>batch</c>.</summary>
    /// <param name="size">How many make a batch.</param>
    /// <param name="dropRemainder">Whether a last batch of fewer elements is left out.</param>
    public GraphDataset Batch(long size, bool dropRemainder = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Shape[] shapes = [.. Shapes.Select(shape => shape.HasRank ? new Shape([dropRemainder ? size : -1, .. shape.Dimensions]) : shape)];
        return Changed("BatchDatasetV2", shapes, Number(size, "batch_size"), _g.Constant(Tensor.Scalar(dropRemainder), "drop_remainder"));
    }

    /// <summary>The elements again and again: <c>repeat</c>.</summary>
    /// <param name="count">How often; without end if negative.</param>
    public GraphDataset Repeat(long count = -1) => Changed("RepeatDataset", Shapes, Number(count, "count"));

    /// <summary>The first elements: <c>take</c>.</summary>
    public GraphDataset Take(long count) => Changed("TakeDataset", Shapes, Number(count, "count"));

    /// <summary>All but the first elements: <c>skip</c>.</summary>
    public GraphDataset Skip(long count) => Changed("SkipDataset", Shapes, Number(count, "count"));

    /// <summary>The elements in an order that chance makes: <c>shuffle</c>.</summary>
    /// <param name="bufferSize">Among how many the next one is chosen.</param>
    /// <param name="seed">Of the choice, with the graph's seed.</param>
    /// <param name="reshuffleEachIteration">Whether each repetition has another order.</param>
    public GraphDataset Shuffle(long bufferSize, long? seed = null, bool reshuffleEachIteration = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        (long first, long second) = _g.Seeds(seed);
        NodeAttributes attributes = Attributes(Types, Shapes);
        attributes["reshuffle_each_iteration"] = reshuffleEachIteration;
        GraphTensor handle = _g.Add(
            "ShuffleDataset", null, attributes, Handle, Number(bufferSize, "buffer_size"), Number(first, "seed"), Number(second, "seed2"));
        return new GraphDataset(_g, handle, Types, Shapes);
    }

    /// <summary>An iterator that its initialiser begins anew: <c>make_initializable_iterator</c>. Restoring a model runs it.</summary>
    /// <param name="sharedName">Under which sessions of one process share it; not shared if null.</param>
    public GraphIterator MakeInitializableIterator(string? sharedName = null)
    {
        using GraphScope place = _g.ColocateWith(Handle.Operation);
        NodeAttributes attributes = Attributes(Types, Shapes);
        attributes["shared_name"] = sharedName ?? "";
        attributes["container"] = "";
        GraphTensor iterator = _g.Add("IteratorV2", null, attributes);
        GraphOperation initializer = _g.AddOperation("MakeIterator", null, null, Handle, iterator);
        return Iterator(iterator, initializer);
    }

    /// <summary>An iterator that goes through the dataset once and needs no initialiser: <c>make_one_shot_iterator</c>. The dataset must depend on
    /// nothing that is fed.</summary>
    public GraphIterator MakeOneShotIterator()
    {
        if (LocalInitializers.NeedsFeed(Handle.Operation, []))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{Handle.Operation.Name}' depends on something that is fed: take an iterator that is initialised.", Handle.Operation.Name);
        }

        FunctionDef factory = FunctionWriter.Write("_make_dataset", [], [Handle], []);
        NodeAttributes attributes = Attributes(Types, Shapes);
        attributes["dataset_factory"] = new AttrValue { Func = new NameAttrList { Name = _g.Graph.AddFunction(factory) } };
        return Iterator(_g.Add("OneShotIterator", null, attributes), null);
    }

    private GraphIterator Iterator(GraphTensor iterator, GraphOperation? initializer)
    {
        _g.Add("IteratorToStringHandle", iterator);
        _g.AddToCollection("iterators", iterator);
        return new GraphIterator(_g, iterator, initializer, Types, Shapes);
    }

    private FunctionTrace Trace(ElementFunction function, out GraphTensor[] results)
    {
        FunctionTrace trace = new(_g.Graph, "Dataset");
        GraphTensor[] element = [.. Types.Select((type, i) => trace.Argument(type, Shapes[i], $"args_{i}"))];
        results = function(trace.Body.Builder, element) is { Length: > 0 } given
            ? Array.ConvertAll(given, trace.Capture)
            : throw new GraphException(StatusCode.InvalidArgument, "A function of a dataset must give one tensor at least.");
        return trace;
    }

    private GraphDataset Called(string type, string attribute, NameAttrList function, IReadOnlyList<GraphTensor> captured, DType[] types, Shape[] shapes)
    {
        NodeAttributes attributes = Attributes(types, shapes);
        attributes[attribute] = new AttrValue { Func = function };
        attributes["Targuments"] = (DType[])[.. captured.Select(tensor => tensor.DType)];
        GraphTensor handle = _g.Add(type, null, attributes, [Handle, .. captured.Select(tensor => (Operand)tensor)]);
        return new GraphDataset(_g, handle, types, shapes);
    }

    private GraphDataset Changed(string type, IReadOnlyList<Shape> shapes, params Operand[] further) =>
        new(_g, _g.Add(type, null, Attributes(Types, shapes), [Handle, .. further]), Types, shapes);

    private GraphTensor Number(long value, string name) => _g.Constant(Tensor.Scalar(value), name);

    internal static NodeAttributes Attributes(IEnumerable<DType> types, IEnumerable<Shape> shapes) =>
        new() { ["output_types"] = (DType[])[.. types], ["output_shapes"] = (Shape[])[.. shapes] };
}
