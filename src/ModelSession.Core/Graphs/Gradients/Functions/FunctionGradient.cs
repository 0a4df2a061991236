using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Gradients;

/// <summary>The body of a function with the nodes of its gradients behind it. The two parts become functions of their own: one that gives
/// also what the gradients need, and one that takes that.</summary>
internal sealed class FunctionGradient
{
    // Each level differentiates the next one: deeper than any graph that TensorFlow can run.
    private const int DeepestCall = 50;

    [ThreadStatic]
    private static int t_depth;

    private readonly FunctionGraph _body;
    private readonly GraphTensor?[] _gradients;
    private readonly HashSet<GraphTensor> _given;
    private readonly int _forwardCount;

    private FunctionGradient(FunctionGraph body, IReadOnlyList<bool> wanted)
    {
        _body = body;
        // What is dead in a branch, or different in each iteration, cannot be handed over: such a body is run again.
        bool split = !body.Graph.Operations.Any(operation => FlowMap.IsEnter(operation) || FlowMap.IsSwitch(operation));
        _forwardCount = split ? body.Graph.Count : 0;
        Upstream = [.. body.Results.Select((result, i) => wanted[i] ? AddArgument($"dy_{i}", result.DType, result.Shape) : null)];
        _given = [.. body.Arguments, .. Upstream.OfType<GraphTensor>()];
        _gradients = [.. Differentiate().Select((gradient, i) => gradient is null ? null : At(body.Arguments[i], gradient))];
    }

    /// <summary>The function's graph.</summary>
    public Graph Graph => _body.Graph;

    /// <summary>The function's arguments.</summary>
    public IReadOnlyList<GraphTensor> Arguments => _body.Arguments;

    /// <summary>The function's results.</summary>
    public IReadOnlyList<GraphTensor> Results => _body.Results;

    /// <summary>The gradients of the results, which are given: an argument for each that is wanted, else null.</summary>
    public IReadOnlyList<GraphTensor?> Upstream { get; }

    /// <summary>The gradients of the arguments; null where none comes.</summary>
    public IReadOnlyList<GraphTensor?> Gradients => _gradients;

    /// <summary>Differentiates a function.</summary>
    /// <param name="caller">The graph that calls it.</param>
    /// <param name="call">The function.</param>
    /// <param name="wanted">For each result, whether a gradient is given for it.</param>
    /// <exception cref="GraphException">There is no such function, or calls are nested too deep.</exception>
    /// <exception cref="UnsupportedFeatureException">An operation in it has no gradient.</exception>
    public static FunctionGradient Of(Graph caller, NameAttrList call, IReadOnlyList<bool> wanted)
    {
        if (t_depth >= DeepestCall)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"The function '{call.Name}' calls itself, or calls are nested more than {DeepestCall} deep; such a function has no gradient.", call.Name);
        }

        t_depth++;
        try
        {
            return new FunctionGradient(caller.Functions.Copy(caller, call), wanted);
        }
        finally
        {
            t_depth--;
        }
    }

    /// <summary>A gradient for an argument that none came to: zeros.</summary>
    /// <param name="argument">Its number.</param>
    /// <param name="dtype">The type of the gradient.</param>
    public void FillGap(int argument, DType dtype)
    {
        GraphTensor tensor = Arguments[argument];
        GraphBuilder g = Graph.Builder;
        _gradients[argument] ??= tensor.DType == DType.Resource
            ? g.Zeros(g.Add("VariableShape", tensor), dtype)
            : g.Add("ZerosLike", "zeros_like", null, tensor);
    }

    /// <summary>Adds an argument that only the functions that are made of this one have.</summary>
    public GraphTensor AddArgument(string name, DType dtype, Shape? shape = null)
    {
        GraphTensor argument = Graph.Builder.Add("_Arg", name, new() { ["T"] = dtype, ["index"] = Graph.Count });
        argument.MergeShape(shape ?? Shape.Unknown);
        return argument;
    }

    /// <summary>What the gradients take from the function: arguments, and values on the way, constants not counted.</summary>
    public (IReadOnlyList<GraphTensor> Arguments, IReadOnlyList<GraphTensor> Values) Needs()
    {
        HashSet<GraphTensor> arguments = [], values = [];
        HashSet<GraphOperation> seen = [];
        Stack<GraphTensor> open = new(_gradients.OfType<GraphTensor>());
        while (open.TryPop(out GraphTensor? tensor))
        {
            if (_given.Contains(tensor))
            {
                if (Arguments.Contains(tensor))
                {
                    arguments.Add(tensor);
                }
            }
            else if (IsForward(tensor.Operation) && !IsSource(tensor.Operation))
            {
                values.Add(tensor);
            }
            else if (seen.Add(tensor.Operation))
            {
                foreach (GraphTensor input in tensor.Operation.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return ([.. arguments.OrderBy(tensor => tensor.Operation.Id)], [.. values.OrderBy(tensor => tensor.Operation.Id).ThenBy(tensor => tensor.Index)]);
    }

    /// <summary>Writes the function with further arguments and results.</summary>
    /// <returns>Its name in the library.</returns>
    public string WriteForward(IEnumerable<FunctionArgument> arguments, IEnumerable<GraphTensor> results) => Graph.AddFunction(FunctionWriter.Write(
        Name("forward"), [.. Arguments.Select(FunctionArgument.Of), .. arguments], [.. Results, .. results], _body.Effects));

    /// <summary>Writes the function of the gradients.</summary>
    /// <param name="arguments">What it takes.</param>
    /// <param name="results">What it gives.</param>
    /// <param name="replaced">What is taken in place of values of the function.</param>
    /// <returns>Its name in the library.</returns>
    public string WriteBackward(IReadOnlyList<FunctionArgument> arguments, IReadOnlyList<GraphTensor> results, IReadOnlyDictionary<GraphTensor, GraphTensor>? replaced = null) =>
        Graph.AddFunction(FunctionWriter.Write(Name("backward"), arguments, results, [], replaced, control => !IsForward(control)));

    private string Name(string kind) => $"{_body.Name.Split('[')[0]}_{kind}";

    // Shapes are kept, not the values that have them.
    private bool IsForward(GraphOperation operation) => operation.Id < _forwardCount
        || (operation.Type is "Shape" or "Size" or "Rank" or "VariableShape" && IsForward(operation.Inputs[0].Operation));

    // What can be made again from nothing.
    private static bool IsSource(GraphOperation operation) => operation.Type is "Const" or "VarHandleOp";

    private Gradient?[] Differentiate()
    {
        (GraphTensor Result, GraphTensor Upstream)[] ys =
            [.. Results.Zip(Upstream).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!))];
        GraphTensor[] xs = [.. Arguments.Where(IsVaried)];
        if (ys.Length == 0 || xs.Length == 0)
        {
            return new Gradient?[Arguments.Count];
        }

        Queue<Gradient?> gradients = new(ModelSessions.Gradients.Of([.. ys.Select(y => y.Result)], xs, [.. ys.Select(y => y.Upstream)]));
        return [.. Arguments.Select(argument => IsVaried(argument) ? gradients.Dequeue() : null)];
    }

    private GraphTensor At(GraphTensor argument, Gradient gradient)
    {
        GraphTensor dense = gradient.ToDense(Graph.Builder);
        if (argument.DType != DType.Resource)
        {
            dense.MergeShape(argument.Shape);
        }

        return dense;
    }

    private static bool IsVaried(GraphTensor tensor) => GradientReach.IsSmooth(tensor.DType);
}
