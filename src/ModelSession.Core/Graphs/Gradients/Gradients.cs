using ModelSessions.Graphs.Ops;

namespace ModelSessions;

/// <summary>Automatic differentiation: nodes that compute gradients, as TensorFlow's <c>tf.gradients</c> adds them.</summary>
public static class Gradients
{
    /// <summary>The gradients of the sum of <paramref name="ys"/> with respect to each of <paramref name="xs"/>, as nodes under
    /// <c>gradients/</c> in the builder's scope.</summary>
    /// <param name="ys">What is differentiated.</param>
    /// <param name="xs">By what; for a variable, its <see cref="GraphVariable.Handle"/>.</param>
    /// <param name="gradYs">The gradients of the ys, null for ones; all ones if left out.</param>
    /// <param name="stopGradients">Tensors to be taken as constants.</param>
    /// <param name="gate">Whether all gradients of an operation are computed before any of them is used. Needed where the results
    /// update reference variables, or one gradient may see a variable that another has changed.</param>
    /// <param name="colocate">Whether gradients are placed where their operations are.</param>
    /// <param name="name">The scope's name.</param>
    /// <param name="zeros">Whether there are zeros where ys do not depend on an x; else null.</param>
    /// <returns>A gradient for each of <paramref name="xs"/>; null where ys do not depend on it smoothly.</returns>
    /// <exception cref="UnsupportedFeatureException">An operation in between has no gradient.</exception>
    /// <exception cref="GraphException">A type has no gradients, or shapes contradict.</exception>
    public static IReadOnlyList<Gradient?> Of(
        IReadOnlyList<GraphTensor> ys,
        IReadOnlyList<GraphTensor> xs,
        IReadOnlyList<GraphTensor?>? gradYs = null,
        IReadOnlyList<GraphTensor>? stopGradients = null,
        bool gate = false,
        bool colocate = false,
        string name = "gradients",
        bool zeros = false)
    {
        ArgumentNullException.ThrowIfNull(ys);
        ArgumentNullException.ThrowIfNull(xs);
        if (ys.Count == 0)
        {
            throw new ArgumentException("There is nothing to differentiate.", nameof(ys));
        }

        if (gradYs is not null && gradYs.Count != ys.Count)
        {
            throw new ArgumentException($"{gradYs.Count} gradients are given for {ys.Count} tensors.", nameof(gradYs));
        }

        GraphBuilder g = ys[0].Graph.Builder;
        using GraphScope scope = g.NameScope(name);
        // TensorFlow reserves this name for each call.
        g.UniqueName("uid");
        GraphTensor[] initial = [.. ys.Select((y, i) =>
        {
            using GraphScope? place = colocate ? g.ColocateWith(y.Operation) : null;
            return Initial(g, y, gradYs?[i], i);
        })];
        BackwardWalk walk = new(g, ys, xs, stopGradients ?? [], gate, colocate);
        for (int i = 0; i < ys.Count; i++)
        {
            walk.Receive(ys[i], Gradient.Of(initial[i])!);
        }

        walk.Run();
        return xs.Select(x => walk.Result(x) ?? (zeros ? Gradient.Of(Zeros(g, x)) : null)).ToArray();
    }

    /// <summary>The gradients of one tensor, as whole tensors.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{GraphTensor}, IReadOnlyList{GraphTensor}, IReadOnlyList{GraphTensor?}?, IReadOnlyList{GraphTensor}?, bool, bool, string, bool)"/>
    /// <param name="y">What is differentiated.</param>
    /// <param name="xs">By what.</param>
    public static GraphTensor?[] Of(GraphTensor y, params GraphTensor[] xs)
    {
        ArgumentNullException.ThrowIfNull(y);
        return [.. Of([y], xs).Select(gradient => gradient?.ToDense(y.Graph.Builder))];
    }

    private static GraphTensor Zeros(GraphBuilder g, GraphTensor x) => x.DType == DType.Resource
        ? g.Zeros(g.Add("VariableShape", x), ResourceVariableOps.ValueType(x))
        : g.ZerosLike(x);

    private static GraphTensor Initial(GraphBuilder g, GraphTensor y, GraphTensor? given, int index)
    {
        string name = $"grad_ys_{index}";
        if (given is not null)
        {
            return given.DType == y.DType
                ? g.Identity(given, name)
                : throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"The gradient '{given.Name}' of '{y.Name}' is {given.DType.Name()}; it must be {y.DType.Name()}.",
                    y.Operation.Name);
        }

        if (y.DType.IsComplex() || y.DType.IsObject())
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"'{y.Name}' is {y.DType.Name()}; its gradient must be given.",
                y.Operation.Name);
        }

        GraphTensor shape = g.ShapeOf(y);
        return g.Ones(shape, y.DType, name);
    }
}
