using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Graphs.Ops;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>One differentiation: goes from the ys to the xs through the operations in between, each after all that use it.</summary>
internal sealed class BackwardWalk
{
    private readonly GraphBuilder _g;
    private readonly bool _gate;
    private readonly bool _colocate;
    private readonly Queue<GraphOperation> _ready = new();
    private readonly Dictionary<GraphOperation, int> _pending = [];
    private readonly Dictionary<GraphTensor, List<Gradient>> _received = [];
    private readonly HashSet<GraphOperation> _stops;
    private readonly FlowGradients? _flow;

    public BackwardWalk(
        GraphBuilder g, IReadOnlyList<GraphTensor> ys, IReadOnlyList<GraphTensor> xs, IReadOnlyList<GraphTensor> stopGradients, bool gate, bool colocate)
    {
        _g = g;
        _gate = gate;
        _colocate = colocate;
        HashSet<GraphOperation> reached = GradientReach.From(xs);
        List<GraphOperation> between = GradientReach.Between(ys, [.. reached]);
        _flow = FlowGradients.Find(g.Graph, between);
        CountPending(between);
        GraphOperation[] starts = [.. ys.Select(y => y.Operation).Distinct().Where(operation => _pending.GetValueOrDefault(operation) == 0 && reached.Contains(operation))];
        foreach (GraphOperation operation in starts)
        {
            _ready.Enqueue(operation);
        }

        foreach (GraphTensor exit in _flow?.UnusedExits(operation => _pending.GetValueOrDefault(operation) > 0, starts.Contains) ?? [])
        {
            EnterWithZeros(exit);
        }

        // An x that depends on another x is passed through.
        _stops = [.. xs.Select(x => x.Operation).Where(x => x.Inputs.All(input => _pending.GetValueOrDefault(input.Operation) == 0))];
        _stops.UnionWith(stopGradients.Select(stop => stop.Operation));
    }

    /// <summary>Adds a gradient to those that a tensor has received.</summary>
    public void Receive(GraphTensor tensor, Gradient gradient)
    {
        if (!_received.TryGetValue(tensor, out List<Gradient>? list))
        {
            _received[tensor] = list = [];
        }

        list.Add(gradient);
    }

    public void Run()
    {
        using GraphScope? flow = _flow is null ? null : _g.Differentiating(_flow);
        while (_ready.TryDequeue(out GraphOperation? operation))
        {
            Differentiate(operation);
            foreach (GraphTensor input in operation.Inputs)
            {
                if (_pending.TryGetValue(input.Operation, out int left))
                {
                    _pending[input.Operation] = --left;
                    // A variable of a loop is gone through twice: from the exit, and when the body has been gone through.
                    if (left == 0 || (left > 0 && FlowMap.IsExit(operation) && FlowMap.IsLoopSwitch(input.Operation)))
                    {
                        Reach(input);
                    }
                }
            }
        }

        _flow?.Finish();
    }

    // All exits of a loop are gone through together, or none: zeros come in where nothing else does.
    private void Reach(GraphTensor tensor)
    {
        if (!FlowMap.IsExit(tensor.Operation) || _flow?.LoopOf(tensor.Operation) is not { } loop)
        {
            _ready.Enqueue(tensor.Operation);
            return;
        }

        loop.ReachedExits.Add(tensor);
        if (--loop.PendingExits > 0)
        {
            return;
        }

        GraphTensor[] used = [.. loop.ReachedExits.Where(_received.ContainsKey)];
        foreach (GraphTensor exit in used)
        {
            _ready.Enqueue(exit.Operation);
        }

        foreach (GraphTensor exit in loop.ReachedExits.Except(used).Concat(loop.UnusedExits))
        {
            if (used.Length > 0)
            {
                EnterWithZeros(exit);
            }
            else
            {
                _ready.Enqueue(exit.Operation);
            }
        }
    }

    private void EnterWithZeros(GraphTensor exit)
    {
        if (GradientReach.IsSmooth(exit.DType) && exit.DType != DType.Resource)
        {
            Receive(exit, Gradient.Of(_flow!.ZerosForExit(exit))!);
        }

        _ready.Enqueue(exit.Operation);
    }

    private void Differentiate(GraphOperation operation)
    {
        using GraphScope? place = _colocate ? _g.ColocateWith(operation) : null;
        Gradient?[] dy = Sums(operation);
        if (Array.TrueForAll(dy, gradient => gradient is null) || _stops.Contains(operation))
        {
            return;
        }

        using GraphScope? inside = _flow?.Enter(operation, outputs: false);
        Gradient?[] dx = Differentiate(operation, dy);
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (dx[i] is { } gradient && GradientReach.IsSmooth(operation.Inputs[i].DType))
            {
                MergeShape(operation, i, gradient);
                Receive(operation.Inputs[i], gradient);
            }
        }
    }

    private Gradient?[] Sums(GraphOperation operation)
    {
        using GraphScope? inside = _flow?.Enter(operation, outputs: true);
        return [.. operation.Outputs.Select(Sum)];
    }

    /// <summary>The gradient of an x after the walk; null if none came.</summary>
    public Gradient? Result(GraphTensor x) => _received.GetValueOrDefault(x) is [var only] ? only : null;

    private void CountPending(List<GraphOperation> between)
    {
        HashSet<GraphOperation> counted = [.. between];
        foreach (GraphOperation exit in between.Where(FlowMap.IsExit).ToArray())
        {
            using GraphScope? place = _colocate ? _g.ColocateWith(exit) : null;
            between.AddRange(_flow!.AddLoop(exit).Select(other => other.Operation).Where(counted.Add));
            between.AddRange(_flow.EntersOf(exit).Where(counted.Add));
        }

        foreach (GraphOperation operation in between)
        {
            _pending.TryAdd(operation, 0);
        }

        foreach (GraphTensor input in between.SelectMany(operation => operation.Inputs))
        {
            if (_pending.TryGetValue(input.Operation, out int count))
            {
                _pending[input.Operation] = count + 1;
            }
        }
    }

    // All that a tensor received, as one; kept, as the result for an x.
    private Gradient? Sum(GraphTensor tensor)
    {
        if (!_received.TryGetValue(tensor, out List<Gradient>? list))
        {
            return null;
        }

        if (list.Count > 1)
        {
            Gradient sum = GradientSum.Of(_g, list);
            list.Clear();
            list.Add(sum);
        }

        return list[0];
    }

    private Gradient?[] Differentiate(GraphOperation operation, Gradient?[] dy)
    {
        OpRule? rule = RuleOf(operation);
        if (rule?.Gradient is not { } differentiate)
        {
            return rule is { StopsGradients: true }
                ? new Gradient?[operation.Inputs.Count]
                : throw new UnsupportedFeatureException(
                    $"'{operation.Name}' ({operation.Type}) has no gradient. If it is to count as a constant, put StopGradient behind it; else give one (GraphBuilder.Gradients).",
                    $"gradient of {operation.Type}");
        }

        for (int i = 0; i < dy.Length && !rule.TakesGaps; i++)
        {
            dy[i] ??= GradientReach.IsSmooth(operation.Outputs[i].DType) ? Gradient.Of(Zeros(operation.Outputs[i])) : null;
        }

        using GraphScope scope = _g.NameScope(operation.Name + "_grad");
        Gradient?[] dx = differentiate(_g, operation, dy);
        if (dx.Length != operation.Inputs.Count)
        {
            throw new InvalidOperationException($"The gradient of '{operation.Name}' ({operation.Type}) gives {dx.Length} gradients for {operation.Inputs.Count} inputs.");
        }

        return _gate && dx.Count(gradient => gradient is not null) > 1 ? GradientGate.Behind(_g, dx) : dx;
    }

    // What the user says of a node, of the kind of gradient that the node names, of its kind; then what is known of these.
    private OpRule? RuleOf(GraphOperation operation)
    {
        GradientTable own = _g.Gradients;
        if (own.Find(operation.Name) is { } ofNode)
        {
            return ofNode;
        }

        if (operation.Attributes.TryGetValue(GradientTable.Attribute, out AttrValue? named))
        {
            string kind = named.S.ToStringUtf8();
            if ((own.Find(kind) ?? OpRules.Find(kind)) is { } ofKind)
            {
                return ofKind;
            }

            // Python gives calls a name for functions that it keeps in memory only.
            if (!FunctionCalls.Of(operation).Any())
            {
                throw new UnsupportedFeatureException(
                    $"'{operation.Name}' ({operation.Type}) has a gradient of its author's, '{kind}', which is not in the graph. Give it: GraphBuilder.Gradients.Set(\"{kind}\", …).",
                    $"gradient {kind}");
            }
        }

        return own.Find(operation.Type) ?? OpRules.Find(operation.Type) ?? (FunctionCalls.Named(operation) is { } function ? OpRules.OfFunction(function) : null);
    }

    private GraphTensor? Zeros(GraphTensor tensor) => _flow is null ? _g.Add("ZerosLike", "zeros_like", null, tensor) : _flow.ZerosFor(tensor);

    private static void MergeShape(GraphOperation operation, int input, Gradient gradient)
    {
        GraphTensor x = operation.Inputs[input];
        if (gradient.IsSlices || x.DType == DType.Resource)
        {
            return;
        }

        if (!gradient.Values.Shape.IsCompatibleWith(x.Shape))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The gradient of '{operation.Name}' ({operation.Type}) for its input {input} '{x.Name}' {x.Shape} has the shape {gradient.Values.Shape}.",
                operation.Name);
        }

        gradient.Values.MergeShape(x.Shape);
    }
}
