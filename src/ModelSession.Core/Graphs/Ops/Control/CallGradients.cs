using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>Gradients of calls of functions.</summary>
internal static class CallGradients
{
    /// <summary>The gradient of a plain call: a call of the gradient's function with what the call, made to give it, computed on the way.</summary>
    public static GraphTensor?[] OfCall(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        NameAttrList function = op.Attributes["f"].Func;
        if (g.Graph.Functions.GradientOf(function.Name) is not null)
        {
            return OfNamed(g, op, dy, function);
        }

        FunctionGradient gradient = FunctionGradient.Of(g.Graph, function, [.. dy.Select(given => given is not null)]);
        (IReadOnlyList<GraphTensor> arguments, IReadOnlyList<GraphTensor> values) = gradient.Needs();
        IReadOnlyList<GraphTensor> kept = values.Count == 0 ? []
            : CallNodes.Widen(op, op.Type, new() { ["f"] = CallNodes.Reference(gradient.WriteForward([], values)) }, values);
        GraphTensor[] upstream = [.. gradient.Upstream.OfType<GraphTensor>()], results = [.. gradient.Gradients.OfType<GraphTensor>()];
        string backward = gradient.WriteBackward([.. upstream.Concat(arguments).Concat(values).Select(FunctionArgument.Of)], results);
        GraphTensor[] inputs = [.. dy.Where(given => given is not null), .. arguments.Select(argument => op.Inputs[IndexOf(gradient.Arguments, argument)]), .. kept];
        Queue<GraphTensor> outputs = new(results.Length == 0 ? [] : CallNodes.Call(g, backward, inputs, results.Select(result => result.DType)));
        return [.. gradient.Gradients.Select(each => each is null ? null : outputs.Dequeue())];
    }

    /// <summary>The gradient of a call by a function's name, or of a function whose author gave its gradient: SymbolicGradient, which finds
    /// it when it runs.</summary>
    public static GraphTensor?[] OfNamed(GraphBuilder g, GraphOperation op, GraphTensor?[] dy, NameAttrList function)
    {
        GraphTensor[] given = [.. dy.Select((each, i) => each ?? g.Add("ZerosLike", "zeros_like", null, op.Outputs[i]))];
        IEnumerable<DType> types = op.Inputs.Select(ResourceVariableOps.ValueType);
        GraphTensor[] inputs = [.. op.Inputs, .. given];
        return [.. CallNodes.Add(g, "SymbolicGradient", inputs, inputs, types, new() { ["f"] = new AttrValue { Func = function } })];
    }

    internal static int IndexOf(IReadOnlyList<GraphTensor> tensors, GraphTensor tensor) => Enumerable.Range(0, tensors.Count).First(i => tensors[i] == tensor);
}
