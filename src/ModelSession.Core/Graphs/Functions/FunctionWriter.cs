using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Functions;

/// <summary>An argument of a function that is written from a part of a graph.</summary>
/// <param name="Tensor">What stands for it in the graph; null if the function does not use it.</param>
/// <param name="DType">Its type.</param>
internal readonly record struct FunctionArgument(GraphTensor? Tensor, DType DType)
{
    /// <summary>An argument that is used.</summary>
    public static FunctionArgument Of(GraphTensor tensor) => new(tensor, tensor.DType);
}

/// <summary>Writes a part of a graph as a function: what lies between arguments and results.</summary>
internal sealed class FunctionWriter
{
    private readonly IReadOnlyList<FunctionArgument> _arguments;
    private readonly Dictionary<GraphTensor, string> _names = [];
    private readonly IReadOnlyDictionary<GraphTensor, GraphTensor> _replaced;
    private readonly Func<GraphOperation, bool> _awaits;
    private readonly HashSet<GraphOperation> _nodes = [];

    private FunctionWriter(
        IReadOnlyList<FunctionArgument> arguments,
        IEnumerable<GraphTensor> results,
        IEnumerable<GraphOperation> effects,
        IReadOnlyDictionary<GraphTensor, GraphTensor>? replaced,
        Func<GraphOperation, bool>? awaits)
    {
        _arguments = arguments;
        _replaced = replaced ?? new Dictionary<GraphTensor, GraphTensor>();
        _awaits = awaits ?? (_ => true);
        foreach (GraphTensor argument in arguments.Select(argument => argument.Tensor).OfType<GraphTensor>())
        {
            _names.TryAdd(argument, "");
        }

        Collect([.. results.Select(Source).Where(result => !_names.ContainsKey(result)).Select(result => result.Operation), .. effects]);
        HashSet<string> taken = [.. _nodes.Select(node => node.Name)];
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Tensor is { } tensor)
            {
                _names[tensor] = ArgumentName(taken, i);
            }
        }
    }

    /// <summary>Writes a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments; nothing before them is part of it.</param>
    /// <param name="results">Its results.</param>
    /// <param name="effects">Operations that are part of it for their effects.</param>
    /// <param name="replaced">Tensors in whose place others are taken.</param>
    /// <param name="awaits">Whether an operation that is only waited for is part of it; all are if null.</param>
    public static FunctionDef Write(
        string name,
        IReadOnlyList<FunctionArgument> arguments,
        IReadOnlyList<GraphTensor> results,
        IReadOnlyList<GraphOperation> effects,
        IReadOnlyDictionary<GraphTensor, GraphTensor>? replaced = null,
        Func<GraphOperation, bool>? awaits = null) =>
        new FunctionWriter(arguments, results, effects, replaced, awaits).Write(name, results, effects);

    private FunctionDef Write(string name, IReadOnlyList<GraphTensor> results, IReadOnlyList<GraphOperation> effects)
    {
        FunctionDef function = new() { Signature = new OpDef { Name = name, IsStateful = _nodes.Any(node => node.Schema.IsStateful) } };
        HashSet<string> taken = [.. _nodes.Select(node => node.Name)];
        for (int i = 0; i < _arguments.Count; i++)
        {
            function.Signature.InputArg.Add(new OpDef.Types.ArgDef { Name = ArgumentName(taken, i), Type = _arguments[i].DType.ToProto() });
            if (_arguments[i].Tensor is { Shape.HasRank: true } tensor)
            {
                function.ArgAttr.Add((uint)i, ShapeOf(tensor));
            }
        }

        for (int i = 0; i < results.Count; i++)
        {
            function.Signature.OutputArg.Add(new OpDef.Types.ArgDef { Name = $"y{i}", Type = results[i].DType.ToProto() });
            function.Ret.Add($"y{i}", Reference(results[i]));
        }

        function.NodeDef.AddRange(_nodes.OrderBy(node => node.Id).Select(Adapt));
        foreach (GraphOperation effect in effects)
        {
            function.Signature.ControlOutput.Add(effect.Name);
            function.ControlRet.Add(effect.Name, effect.Name);
        }

        return function;
    }

    private void Collect(IEnumerable<GraphOperation> roots)
    {
        Stack<GraphOperation> open = new(roots);
        while (open.TryPop(out GraphOperation? node))
        {
            if (!_nodes.Add(node))
            {
                continue;
            }

            foreach (GraphTensor input in node.Inputs.Select(Source).Where(input => !_names.ContainsKey(input)))
            {
                open.Push(input.Operation);
            }

            foreach (GraphOperation control in node.ControlInputs.Where(control => !IsArgument(control) && _awaits(control)))
            {
                open.Push(control);
            }
        }
    }

    private NodeDef Adapt(GraphOperation node)
    {
        NodeDef copy = node.ToNodeDef().Clone();
        copy.Attr.Remove("_class");
        copy.Input.Clear();
        copy.Input.AddRange(node.Inputs.Select(Reference));
        copy.Input.AddRange(node.ControlInputs.Where(_nodes.Contains).Select(control => "^" + control.Name));
        return copy;
    }

    private GraphTensor Source(GraphTensor tensor) => _replaced.GetValueOrDefault(tensor, tensor);

    private static bool IsArgument(GraphOperation operation) => operation.Type == "_Arg";

    // Arguments and nodes share their names.
    private static string ArgumentName(HashSet<string> taken, int index)
    {
        string name = $"x{index}";
        while (taken.Contains(name))
        {
            name += "_";
        }

        return name;
    }

    private string Reference(GraphTensor tensor)
    {
        tensor = Source(tensor);
        if (_names.TryGetValue(tensor, out string? argument))
        {
            return argument;
        }

        int left = tensor.Index;
        foreach (OpDef.Types.ArgDef output in tensor.Operation.Schema.Definition.OutputArg)
        {
            int count = output.NumberAttr.Length > 0 ? (int)tensor.Operation.Int(output.NumberAttr)
                : output.TypeListAttr.Length > 0 ? tensor.Operation.DTypeList(output.TypeListAttr).Count
                : 1;
            if (left < count)
            {
                return $"{tensor.Operation.Name}:{output.Name}:{left}";
            }

            left -= count;
        }

        throw new InvalidOperationException($"'{tensor.Name}' is no output of its operation.");
    }

    private static FunctionDef.Types.ArgAttrs ShapeOf(GraphTensor tensor)
    {
        AttrValue shapes = new() { List = new() };
        shapes.List.Shape.Add(tensor.Shape.ToProto());
        return new FunctionDef.Types.ArgAttrs { Attr = { { StoredShapes.Attribute, shapes } } };
    }
}
