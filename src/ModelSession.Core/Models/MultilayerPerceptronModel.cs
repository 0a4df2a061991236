namespace ModelSessions.Models;

/// <summary>Classes told apart, or numbers foretold, by dense layers, one behind the other. Labels of classes are one-hot.</summary>
public sealed class MultilayerPerceptronModel() : ReadyMadeModel("Adam", 1e-3)
{
    /// <summary>The numbers of an example.</summary>
    public int Inputs { get; set => field = AtLeastOne(value, "The number of inputs"); } = 784;

    /// <summary>The classes.</summary>
    public int Classes { get; set => field = AtLeastOne(value, "The number of classes"); } = 10;

    /// <summary>The units of each hidden layer; none for a model without.</summary>
    public int[] Layers { get; set => field = Sizes(value, "The sizes of the layers"); } = [128];

    /// <summary>What the hidden layers do with their sums: relu, tanh …</summary>
    public string Activation { get; set => field = Activated(value); } = "relu";

    /// <summary>The part of each hidden layer's activations that training drops; 0 for none.</summary>
    public double Dropout { get; set => field = Rate(value); }

    /// <summary>The numbers that are foretold, in place of classes; 0 for a model of classes.</summary>
    public int Outputs
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(null, $"The number of outputs must be 0, for classes, or more; it is {value}.");
    }

    private protected override int InputSize => Inputs;

    private protected override int LabelSize => Outputs > 0 ? Outputs : Classes;

    private protected override double Drop => Dropout;

    private protected override Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep)
    {
        GraphTensor h = x;
        for (int i = 0; i < Layers.Length; i++)
        {
            h = g.Layers.Dense(h, Layers[i], Layer($"hidden{i + 1}", Activation));
            h = keep is null ? h : g.Dropout(h, keep);
        }

        GraphTensor output = g.Layers.Dense(h, LabelSize, Layer("output"));
        return Outputs > 0 ? Foretell(g, output, y!) : Classify(g, output, y!);
    }
}
