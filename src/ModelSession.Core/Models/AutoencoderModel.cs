namespace ModelSessions.Models;

/// <summary>Examples made small by dense layers and rebuilt from that, without labels. Inputs are from 0 to 1.</summary>
public sealed class AutoencoderModel() : ReadyMadeModel("Adam", 1e-3)
{
    /// <summary>The numbers of an example.</summary>
    public int Inputs { get; set => field = AtLeastOne(value, "The number of inputs"); } = 784;

    /// <summary>The units of the layers that make it smaller; the last one's are the code. The way back has the same.</summary>
    public int[] Layers { get; set => field = Coded(Sizes(value, "The sizes of the layers")); } = [128, 32];

    /// <summary>What the layers do with their sums: relu, tanh …</summary>
    public string Activation { get; set => field = Activated(value); } = "relu";

    private protected override int InputSize => Inputs;

    private protected override int LabelSize => 0;

    private protected override Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep)
    {
        GraphTensor h = x;
        for (int i = 0; i < Layers.Length; i++)
        {
            h = g.Layers.Dense(h, Layers[i], Layer($"encoder{i + 1}", Activation));
        }

        GraphTensor code = g.Identity(h, "code");
        for (int i = Layers.Length - 2; i >= 0; i--)
        {
            h = g.Layers.Dense(h, Layers[i], Layer($"decoder{i + 2}", Activation));
        }

        GraphTensor logits = g.Layers.Dense(h, Inputs, Layer("decoder1"));
        GraphTensor rebuilt = g.Sigmoid(logits, "reconstruction");
        GraphTensor loss = g.ReduceMean(g.ReduceSum(g.SigmoidCrossEntropy(x, logits), 1), name: "cross_entropy");
        g.AddToCollection(CollectionKeys.Losses, loss);
        GraphTensor error = g.ReduceMean(g.Square(rebuilt - x), name: "mean_squared_error");
        return new Parts(rebuilt, loss, new Binding { ["mean_squared_error"] = error }, ("code", code));
    }

    private static int[] Coded(int[] layers) => layers.Length > 0 ? layers : throw new ArgumentException("An autoencoder needs a layer for the code.");
}
