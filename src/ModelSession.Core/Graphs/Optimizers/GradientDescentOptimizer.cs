namespace ModelSessions;

/// <summary><c>v −= rate · gradient</c>.</summary>
public sealed class GradientDescentOptimizer : Optimizer
{
    private GraphTensor? _rate;

    /// <summary>Plain gradient descent.</summary>
    public GradientDescentOptimizer(Operand learningRate, string name = "GradientDescent")
        : base(learningRate, name)
    {
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g) => _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");

    /// <inheritdoc/>
    protected override GraphOperation ApplyDense(GraphBuilder g, GraphTensor gradient, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        string type = variable.IsResource ? "ResourceApplyGradientDescent" : "ApplyGradientDescent";
        return g.AddOperation(type, null, null, variable.Handle, As(g, _rate!, variable), gradient);
    }

    /// <inheritdoc/>
    protected override bool TakesRepeatedRows => true;

    /// <inheritdoc/>
    protected override GraphOperation ApplySparse(GraphBuilder g, GraphTensor values, GraphTensor indices, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(variable);
        return variable.IsResource
            ? g.AddOperation("ResourceScatterAdd", null, null, variable.Handle, indices, -values * As(g, _rate!, variable))
            : g.AddOperation("ScatterSub", null, null, variable.Handle, indices, values * As(g, _rate!, variable));
    }
}
