using ModelSessions.Protos;

namespace ModelSessions.Graphs.Functions;

/// <summary>A function that a user's code builds in a graph of its own. What the code takes from the graph around it becomes further
/// arguments.</summary>
internal sealed class FunctionTrace
{
    private readonly Graph _caller;
    private readonly List<GraphTensor> _arguments = [];
    private readonly Dictionary<GraphTensor, GraphTensor> _captures = [];

    /// <summary>A function without arguments so far.</summary>
    /// <param name="caller">The graph that will call it.</param>
    /// <param name="name">What it is, for messages.</param>
    public FunctionTrace(Graph caller, string name)
    {
        _caller = caller;
        Body = new Graph(caller, name) { Seed = caller.Seed };
        Body.Builder.Capture = Capture;
    }

    /// <summary>What its code builds in.</summary>
    public Graph Body { get; }

    /// <summary>The tensors around it that it takes, in the order of its further arguments.</summary>
    public List<GraphTensor> Captured { get; } = [];

    /// <summary>Adds an argument.</summary>
    public GraphTensor Argument(DType dtype, Shape shape, string name)
    {
        GraphTensor argument = Body.Builder.Placeholder(dtype, shape, name);
        _arguments.Add(argument);
        return argument;
    }

    /// <summary>The argument that stands for a tensor of the graph around it; a tensor of the function as it is.</summary>
    public GraphTensor Capture(GraphTensor tensor)
    {
        if (tensor.Graph != _caller)
        {
            return tensor;
        }

        if (!_captures.TryGetValue(tensor, out GraphTensor? argument))
        {
            // A placeholder stands where the code asks for the tensor first: it must not be built under the code's conditions.
            using GraphScope free = Body.Builder.NoControlDependencies();
            _captures.Add(tensor, argument = Body.Builder.Placeholder(tensor.DType, tensor.Shape, "captured"));
            Captured.Add(tensor);
        }

        return argument;
    }

    /// <summary>Puts the function into the graph's library.</summary>
    /// <param name="name">Its name; one with a number behind it where that is taken.</param>
    /// <param name="results">What it gives.</param>
    /// <param name="captured">The tensors around it that callers give behind the arguments: those that it takes, and maybe more.</param>
    public NameAttrList Finish(string name, IReadOnlyList<GraphTensor> results, IReadOnlyList<GraphTensor> captured)
    {
        GraphTensor[] arguments = [.. _arguments, .. captured.Select(Capture)];
        GraphOperation[] effects = [.. Body.Operations.Where(operation => operation.Schema.IsStateful)];
        FunctionDef function = FunctionWriter.Write(name, [.. arguments.Select(FunctionArgument.Of)], results, effects);
        return new NameAttrList { Name = _caller.AddFunction(function) };
    }
}
