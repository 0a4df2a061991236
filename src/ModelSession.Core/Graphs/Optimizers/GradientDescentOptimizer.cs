namespace ModelSessions;

/// <summary><c>v −= rate · gradient</c>.</summary>
public sealed class GradientDescentOptimizer : Optimizer
{
    private GraphTensor? _rate;

    /// <summary>Plain gradient descent.</summary>
    public GradientDescentOptimizer(Operand learningRate, string name = "GradientDescent", bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
    }

    /// <inheritdoc/>
    protected override bool TakesRepeatedRows => true;

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g) => _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(variable);
        if (!gradient.IsSlices)
        {
            return AddUpdate(g, "GradientDescent", gradient, variable, [As(g, _rate!, variable)], []);
        }

        return variable.IsResource
            ? g.AddOperation("ResourceScatterAdd", null, null, variable.Handle, gradient.Indices!, -gradient.Values * As(g, _rate!, variable))
            : g.AddOperation(
                "ScatterSub", null, new() { ["use_locking"] = UseLocking }, variable.Handle, gradient.Indices!, gradient.Values * As(g, _rate!, variable));
    }
}
