namespace ModelSessions.Models;

/// <summary>Numbers foretold as sums of weighted inputs, by least squares.</summary>
public sealed class LinearRegressionModel() : ReadyMadeModel("GradientDescent", 0.1)
{
    /// <summary>The numbers of an example.</summary>
    public int Inputs { get; set => field = AtLeastOne(value, "The number of inputs"); } = 1;

    /// <summary>The numbers that are foretold.</summary>
    public int Outputs { get; set => field = AtLeastOne(value, "The number of outputs"); } = 1;

    private protected override int InputSize => Inputs;

    private protected override int LabelSize => Outputs;

    private protected override Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep) =>
        Foretell(g, g.Layers.Dense(x, Outputs, Layer("linear") with { KernelInitializer = Initializers.Zeros }), y!);
}
