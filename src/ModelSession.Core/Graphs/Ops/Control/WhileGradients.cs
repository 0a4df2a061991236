using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>Gradients of While nodes. The node becomes a call of a function with the same loop in it, which also counts its iterations and
/// puts what the gradients need of each one on lists; a loop of as many iterations goes back and takes it from there.</summary>
internal sealed class WhileGradients
{
    private readonly GraphBuilder _g;
    private readonly GraphOperation _op;
    private readonly FunctionGradient _body;
    private readonly bool[] _same;

    // Values of an iteration that are put on lists.
    private readonly GraphTensor[] _listed;

    // Variables that have a gradient, and those that are only taken.
    private readonly int[] _varied;
    private readonly int[] _taken;

    private WhileGradients(GraphBuilder g, GraphOperation op, bool[] wanted)
    {
        (_g, _op) = (g, op);
        _body = FunctionGradient.Of(g.Graph, op.Attributes["body"].Func, wanted);
        _same = [.. _body.Results.Zip(_body.Arguments).Select(pair => Origin(pair.First) == pair.Second)];
        _varied = [.. Enumerable.Range(0, wanted.Length).Where(i => wanted[i] || (_same[i] && _body.Gradients[i] is not null))];
        foreach (int i in _varied.Where(i => _body.Gradients[i] is null))
        {
            _body.FillGap(i, op.Inputs[i].DType);
        }

        (IReadOnlyList<GraphTensor> arguments, IReadOnlyList<GraphTensor> values) = _body.Needs();
        _listed = [.. arguments.Concat(values).Where(value => !IsSame(value))];
        _taken = [.. arguments.Concat(values).Where(IsSame).Select(value => CallGradients.IndexOf(_body.Arguments, Origin(value))).Distinct()];
    }

    public static GraphTensor?[] Of(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        WhileGradients loop = new(g, op, [.. op.Outputs.Select(output => output.DType != DType.Resource && GradientReach.IsSmooth(output.DType))]);
        GraphTensor?[] dx = loop._varied.Length == 0 ? new GraphTensor?[op.Inputs.Count] : loop.Build(dy);
        for (int i = 0; i < dx.Length; i++)
        {
            // As TensorFlow, which has zeros for variables that the loop is given and does not use.
            dx[i] ??= ResourceVariableOps.IsVariable(op.Inputs[i]) ? g.Zeros(g.Add("VariableShape", op.Inputs[i]), ResourceVariableOps.ValueType(op.Inputs[i])) : null;
        }

        return dx;
    }

    private GraphTensor?[] Build(GraphTensor[] dy)
    {
        GraphTensor[] counted = WidenForward();
        GraphTensor[] starts = [.. _varied.Select(i => dy[i] ?? Zeros(i))];
        GraphTensor[] inputs = [counted[0], .. starts, .. counted.Skip(1), .. _taken.Select(i => _op.Inputs[i])];
        (string condition, string body) = WriteBackward(inputs);
        NodeAttributes attributes = new()
        {
            ["T"] = CallNodes.Types(inputs.Select(input => input.DType)),
            ["cond"] = CallNodes.Reference(condition),
            ["body"] = CallNodes.Reference(body),
            ["parallel_iterations"] = _op.Attributes.TryGetValue("parallel_iterations", out AttrValue? parallel) ? parallel.I : 10,
        };
        string type = CallNodes.IsStateful(_g.Graph, condition, body) ? "While" : "StatelessWhile";
        IReadOnlyList<GraphTensor> outputs = _g.AddOperation(type, null, attributes, [.. inputs.Select(input => (Operand)input)]).Outputs;
        GraphTensor?[] dx = new GraphTensor?[_op.Inputs.Count];
        for (int i = 0; i < _varied.Length; i++)
        {
            dx[_varied[i]] = outputs[i + 1];
        }

        return dx;
    }

    // The number of iterations, and the lists.
    private GraphTensor[] WidenForward()
    {
        GraphBuilder b = _body.Graph.Builder;
        GraphTensor count = _body.AddArgument("count", DType.Int32, Shape.Scalar);
        GraphTensor[] lists = Lists(_listed.Length, "list");
        GraphTensor[] longer = [.. _listed.Select((value, i) => b.Add("TensorListPushBack", lists[i], value))];
        FunctionArgument[] added = [.. lists.Prepend(count).Select(FunctionArgument.Of)];
        string body = _body.WriteForward(added, longer.Prepend(b.Add("AddV2", count, 1)));
        FunctionGraph condition = _g.Graph.Functions.Copy(_g.Graph, _op.Attributes["cond"].Func);
        string test = _g.Graph.AddFunction(FunctionWriter.Write(
            condition.Name.Split('[')[0] + "_forward",
            [.. condition.Arguments.Select(FunctionArgument.Of), .. added.Select(argument => new FunctionArgument(null, argument.DType))],
            condition.Results,
            condition.Effects));
        string type = _op.Type is "While" ? "StatefulPartitionedCall" : "PartitionedCall";
        string whole = WriteLoop(test, body, out GraphTensor[] results);
        return CallNodes.Widen(
            _op,
            type,
            new() { ["f"] = CallNodes.Reference(whole), ["Tin"] = CallNodes.Types(_op.Inputs.Select(input => input.DType)) },
            results);
    }

    // A function with the loop in it, which begins with empty lists.
    private string WriteLoop(string condition, string body, out GraphTensor[] added)
    {
        GraphBuilder b = new Graph(_g.Graph, _op.Name).Builder;
        GraphTensor[] arguments = [.. _op.Inputs.Select((input, i) => b.Add("_Arg", $"argument_{i}", new() { ["T"] = input.DType, ["index"] = i }))];
        GraphTensor[] variables =
        [
            .. arguments,
            b.Constant(Tensor.Scalar(0), "count"),
            .. _listed.Select(value => b.Add("EmptyTensorList", null, new() { ["element_dtype"] = value.DType }, -1, -1)),
        ];
        NodeAttributes attributes = new();
        foreach ((string key, AttrValue value) in _op.Attributes)
        {
            if (key is not ("output_shapes" or "_class" or "_num_original_outputs"))
            {
                attributes[key] = value;
            }
        }

        attributes["T"] = CallNodes.Types(variables.Select(variable => variable.DType));
        attributes["cond"] = CallNodes.Reference(condition);
        attributes["body"] = CallNodes.Reference(body);
        GraphOperation loop = b.AddOperation(_op.Type, null, attributes, [.. variables.Select(variable => (Operand)variable)]);
        added = [.. loop.Outputs.Skip(_op.Outputs.Count)];
        return _g.Graph.AddFunction(FunctionWriter.Write(
            _op.Attributes["body"].Func.Name + "_loop", [.. arguments.Select(FunctionArgument.Of)], loop.Outputs, loop.Schema.IsStateful ? [loop] : []));
    }

    // Arguments: the iterations left, gradients, lists, what stays the same.
    private (string Condition, string Body) WriteBackward(GraphTensor[] inputs)
    {
        GraphBuilder b = _body.Graph.Builder;
        GraphTensor count = _body.AddArgument("left", DType.Int32, Shape.Scalar);
        GraphTensor[] lists = Lists(_listed.Length, "kept");
        Dictionary<GraphTensor, GraphTensor> replaced = [];
        GraphTensor[] shorter = [.. _listed.Select((value, i) =>
        {
            GraphOperation pop = b.AddOperation("TensorListPopBack", null, new() { ["element_dtype"] = value.DType }, lists[i], -1);
            replaced[value] = pop.Outputs[1];
            return pop.Outputs[0];
        })];
        GraphTensor[] taken = [.. _taken.Select(i => _body.Arguments[i])];
        foreach (GraphTensor value in _body.Needs().Values.Where(IsSame))
        {
            replaced[value] = Origin(value);
        }

        (GraphTensor Argument, GraphTensor Result)[] gradients = [.. _varied.Select(Round)];
        string body = _body.WriteBackward(
            [.. gradients.Select(pair => pair.Argument).Prepend(count).Concat(lists).Concat(taken).Select(FunctionArgument.Of)],
            [b.Add("Sub", count, 1), .. gradients.Select(pair => pair.Result), .. shorter, .. taken],
            replaced);
        string condition = _g.Graph.AddFunction(FunctionWriter.Write(
            body + "_left", [FunctionArgument.Of(count), .. inputs.Skip(1).Select(input => new FunctionArgument(null, input.DType))], [count.Greater(0)], []));
        return (condition, body);
    }

    // The gradient of a variable as it goes round. That of a variable behind a handle is summed up here; that of a value which stays the
    // same sums up by itself, as it is its own result.
    private (GraphTensor Argument, GraphTensor Result) Round(int i)
    {
        GraphTensor result = _body.Gradients[i]!;
        if (_body.Upstream[i] is { } upstream)
        {
            return (upstream, result);
        }

        GraphTensor sum = _body.AddArgument($"sum_{i}", result.DType, result.Shape);
        return (sum, sum + result);
    }

    private GraphTensor[] Lists(int count, string name) => [.. Enumerable.Range(0, count).Select(i => _body.AddArgument($"{name}_{i}", DType.Variant, Shape.Scalar))];

    private GraphTensor Zeros(int i) => _op.Inputs[i].DType == DType.Resource
        ? _g.Zeros(_g.Add("VariableShape", _op.Inputs[i]), _body.Gradients[i]!.DType)
        : _g.Add("ZerosLike", "zeros_like", null, _op.Outputs[i]);

    private bool IsSame(GraphTensor value)
    {
        GraphTensor origin = Origin(value);
        return _body.Arguments.Contains(origin) && _same[CallGradients.IndexOf(_body.Arguments, origin)];
    }

    private static GraphTensor Origin(GraphTensor value)
    {
        while (value.Operation.Type == "Identity")
        {
            value = value.Operation.Inputs[0];
        }

        return value;
    }
}
