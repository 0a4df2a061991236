namespace ModelSessions.Models;

/// <summary>Classes told apart by one layer: a weight for each number and class. Labels are one-hot.</summary>
public sealed class SoftmaxRegressionModel() : ReadyMadeModel("GradientDescent", 0.5)
{
    /// <summary>The numbers of an example.</summary>
    public int Inputs { get; set => field = AtLeastOne(value, "The number of inputs"); } = 784;

    /// <summary>The classes.</summary>
    public int Classes { get; set => field = AtLeastOne(value, "The number of classes"); } = 10;

    private protected override int InputSize => Inputs;

    private protected override int LabelSize => Classes;

    private protected override Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep)
    {
        LayerOptions options = Layer("softmax") with { KernelInitializer = Initializers.Zeros };
        return Classify(g, g.Layers.Dense(x, Classes, options), y!);
    }
}
