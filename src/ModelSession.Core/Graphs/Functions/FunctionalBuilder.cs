using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What a branch builds.</summary>
/// <param name="builder">Builds in the function's body; tensors of the graph around it may be used.</param>
public delegate GraphTensor[] BranchFunction(GraphBuilder builder);

/// <summary>Branches and loops whose parts are functions of the graph's library: TensorFlow's control flow v2.</summary>
public sealed class FunctionalBuilder
{
    private readonly GraphBuilder _g;

    internal FunctionalBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>What one of two functions gives: <c>tf.cond</c> as a <c>StatelessIf</c> or <c>If</c>.</summary>
    /// <param name="predicate">A boolean scalar.</param>
    /// <param name="then">Builds what runs if it is true.</param>
    /// <param name="otherwise">Builds what runs if it is false; gives as many results of the same types.</param>
    /// <param name="name"><c>cond</c> if null.</param>
    public GraphTensor[] Cond(GraphTensor predicate, BranchFunction then, BranchFunction otherwise, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentNullException.ThrowIfNull(then);
        ArgumentNullException.ThrowIfNull(otherwise);
        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? "cond" : name);
        FunctionTrace first = new(_g.Graph, "cond_true"), second = new(_g.Graph, "cond_false");
        GraphTensor[] yes = Array.ConvertAll(then(first.Body.Builder), first.Capture), no = Array.ConvertAll(otherwise(second.Body.Builder), second.Capture);
        CheckTypes($"The branches of '{scope.Name.TrimEnd('/')}'", yes, no);
        GraphTensor[] captured = [.. first.Captured.Union(second.Captured)];
        NameAttrList thenBranch = first.Finish("cond_true", yes, captured), elseBranch = second.Finish("cond_false", no, captured);
        NodeAttributes attributes = new()
        {
            ["Tin"] = Types(captured),
            ["Tout"] = Types(yes),
            ["then_branch"] = new AttrValue { Func = thenBranch },
            ["else_branch"] = new AttrValue { Func = elseBranch },
            ["output_shapes"] = (Shape[])[.. yes.Zip(no, (one, other) => one.Shape.Equals(other.Shape) ? one.Shape : Shape.Unknown)],
        };
        string type = CallNodes.IsStateful(_g.Graph, thenBranch.Name, elseBranch.Name) ? "If" : "StatelessIf";
        return Outputs(_g.AddOperation(type, scope.Name, attributes, [predicate, .. captured.Select(tensor => (Operand)tensor)]));
    }

    /// <summary>A loop: <c>tf.while_loop</c> as a <c>StatelessWhile</c> or <c>While</c>.</summary>
    /// <param name="condition">Gives one boolean scalar: whether there is another iteration.</param>
    /// <param name="body">Gives the variables after an iteration.</param>
    /// <param name="variables">The variables as they enter.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    /// <returns>The variables as they leave.</returns>
    public GraphTensor[] WhileLoop(ElementFunction condition, ElementFunction body, GraphTensor[] variables, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(variables);
        options ??= new();
        using GraphScope scope = _g.NameScope(options.Name ?? "while");
        GraphTensor maximum = (options.MaximumIterations ?? -1).ToTensor(_g, DType.Int32, "maximum_iterations");
        GraphTensor counter = _g.Constant(Tensor.Scalar(0), "loop_counter");
        Shape[] shapes = [.. variables.Select((variable, i) => options.ShapeInvariants?[i] ?? variable.Shape)];

        FunctionTrace test = new(_g.Graph, "while_cond"), step = new(_g.Graph, "while_body");
        GraphTensor[] tested = Arguments(test, variables, shapes), entering = Arguments(step, variables, shapes);
        GraphTensor goesOn = Decision(test, condition(test.Body.Builder, tested[2..]), tested, options.MaximumIterations is not null);
        GraphTensor[] leaving = Array.ConvertAll(body(step.Body.Builder, entering[2..]), step.Capture);
        CheckTypes($"The variables of '{scope.Name.TrimEnd('/')}' before and after an iteration", variables, leaving);
        CheckShapes(scope.Name.TrimEnd('/'), shapes, leaving);

        GraphTensor[] captured = [.. test.Captured.Union(step.Captured)];
        GraphTensor[] results = [entering[0] + 1, entering[1], .. leaving, .. captured.Select(step.Capture)];
        NameAttrList conditionName = test.Finish("while_cond", [goesOn], captured), bodyName = step.Finish("while_body", results, captured);
        GraphTensor[] inputs = [counter, maximum, .. variables, .. captured];
        NodeAttributes attributes = new()
        {
            ["T"] = Types(inputs),
            ["cond"] = new AttrValue { Func = conditionName },
            ["body"] = new AttrValue { Func = bodyName },
            ["output_shapes"] = (Shape[])[Shape.Scalar, Shape.Scalar, .. shapes, .. captured.Select(tensor => tensor.Shape)],
            ["parallel_iterations"] = options.ParallelIterations,
        };
        string type = CallNodes.IsStateful(_g.Graph, conditionName.Name, bodyName.Name) ? "While" : "StatelessWhile";
        GraphTensor[] outputs = Outputs(_g.AddOperation(type, scope.Name, attributes, [.. inputs.Select(input => (Operand)input)]));
        return outputs[2..(2 + variables.Length)];
    }

    // The counter and its end stand before the variables.
    private static GraphTensor[] Arguments(FunctionTrace trace, GraphTensor[] variables, Shape[] shapes) =>
    [
        trace.Argument(DType.Int32, Shape.Scalar, "loop_counter"),
        trace.Argument(DType.Int32, Shape.Scalar, "maximum_iterations"),
        .. variables.Select((variable, i) => trace.Argument(variable.DType, shapes[i], $"variable_{i}")),
    ];

    private static GraphTensor Decision(FunctionTrace test, GraphTensor[] given, GraphTensor[] arguments, bool isBounded)
    {
        if (given is not [{ DType: DType.Bool } goesOn])
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A condition of a loop gives one boolean; there are {given.Length} results: {string.Join(", ", given.Select(result => result.DType.Name()))}.");
        }

        return isBounded ? test.Body.Builder.Add("LogicalAnd", arguments[0].Less(arguments[1]), goesOn) : test.Capture(goesOn);
    }

    private static void CheckTypes(string what, GraphTensor[] ones, GraphTensor[] others)
    {
        if (!ones.Select(one => one.DType).SequenceEqual(others.Select(other => other.DType)))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"{what} differ in number or types: {string.Join(", ", ones.Select(one => one.DType.Name()))}; {string.Join(", ", others.Select(other => other.DType.Name()))}.");
        }
    }

    private static void CheckShapes(string loop, Shape[] before, GraphTensor[] after)
    {
        for (int i = 0; i < before.Length; i++)
        {
            if (!before[i].IsCompatibleWith(after[i].Shape))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"Variable {i} of '{loop}' enters an iteration as {before[i]} and leaves it as {after[i].Shape}; say by ShapeInvariants what stays.");
            }
        }
    }

    private GraphTensor[] Outputs(GraphOperation operation) => [.. operation.Outputs.Select(output => _g.Identity(output))];

    private static DType[] Types(GraphTensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.DType);
}
