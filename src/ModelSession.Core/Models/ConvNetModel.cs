namespace ModelSessions.Models;

/// <summary>Images told apart: convolutions, each with max pooling, then dense layers. Images are rows of numbers, channels last; labels are one-hot.</summary>
public sealed class ConvNetModel() : ReadyMadeModel("Adam", 1e-3)
{
    /// <summary>The rows of an image.</summary>
    public int Height { get; set => field = AtLeastOne(value, "The height"); } = 28;

    /// <summary>The pixels of a row.</summary>
    public int Width { get; set => field = AtLeastOne(value, "The width"); } = 28;

    /// <summary>The numbers of a pixel.</summary>
    public int Channels { get; set => field = AtLeastOne(value, "The number of channels"); } = 1;

    /// <summary>The classes.</summary>
    public int Classes { get; set => field = AtLeastOne(value, "The number of classes"); } = 10;

    /// <summary>The filters of each convolution.</summary>
    public int[] Filters { get; set => field = Sizes(value, "The numbers of filters"); } = [32, 64];

    /// <summary>The height and width of the filters.</summary>
    public int KernelSize { get; set => field = AtLeastOne(value, "The size of the filters"); } = 5;

    /// <summary>The height, width and steps of the pooling.</summary>
    public int PoolSize { get; set => field = AtLeastOne(value, "The size of the pooling"); } = 2;

    /// <summary>The units of each dense layer before the last.</summary>
    public int[] Dense { get; set => field = Sizes(value, "The sizes of the dense layers"); } = [128];

    /// <summary>What the layers do with their sums: relu, tanh …</summary>
    public string Activation { get; set => field = Activated(value); } = "relu";

    /// <summary>The part of each dense layer's activations that training drops; 0 for none.</summary>
    public double Dropout { get; set => field = Rate(value); } = 0.5;

    private protected override int InputSize => Height * Width * Channels;

    private protected override int LabelSize => Classes;

    private protected override double Drop => Dropout;

    private protected override Parts Network(GraphBuilder g, GraphTensor x, GraphTensor? y, GraphTensor? keep)
    {
        CheckPooling();
        GraphTensor h = g.Reshape(x, (long[])[-1, Height, Width, Channels]);
        for (int i = 0; i < Filters.Length; i++)
        {
            ConvolutionOptions options = new() { Name = $"conv{i + 1}", Padding = "same", Activation = Activation, KernelRegularizer = Penalties };
            h = g.Layers.Conv2D(h, Filters[i], [KernelSize], options);
            h = g.Layers.MaxPooling2D(h, [PoolSize], [PoolSize], name: $"pool{i + 1}");
        }

        h = g.Layers.Flatten(h);
        for (int i = 0; i < Dense.Length; i++)
        {
            h = g.Layers.Dense(h, Dense[i], Layer($"dense{i + 1}", Activation));
            h = keep is null ? h : g.Dropout(h, keep);
        }

        return Classify(g, g.Layers.Dense(h, Classes, Layer("output")), y!);
    }

    private void CheckPooling()
    {
        double least = Math.Pow(PoolSize, Filters.Length);
        if (Math.Min(Height, Width) < least)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Images of {Height} × {Width} are too small for {Filters.Length} poolings by {PoolSize}: nothing would be left. They need {least:0} or more each way.");
        }
    }
}
