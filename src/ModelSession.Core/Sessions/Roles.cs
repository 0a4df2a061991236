namespace ModelSessions;

/// <summary>The roles of a binding that sessions and the training loop understand.</summary>
public static class Roles
{
    /// <summary>The tensor that takes the examples.</summary>
    public const string Inputs = "inputs";

    /// <summary>The tensor that takes what is to be learnt: class numbers, one-hot rows, values.</summary>
    public const string Labels = "labels";

    /// <summary>The tensor that takes how much each example counts; ones, where the data do not say.</summary>
    public const string Weights = "weights";

    /// <summary>What the model says of its inputs: class probabilities, values.</summary>
    public const string Predictions = "predictions";

    /// <summary>The scalar that training makes small.</summary>
    public const string Loss = "loss";

    /// <summary>The operation of one training step, or several by name.</summary>
    public const string Train = "train";

    /// <summary>Scalars that tell how good the model is on a batch, by name.</summary>
    public const string Metrics = "metrics";

    /// <summary>Of the metrics those whose lowest value is the best, as a list: where their names do not tell.</summary>
    public const string Minimum = "minimum";

    /// <summary>Of the metrics those whose highest value is the best, as a list: where their names do not tell.</summary>
    public const string Maximum = "maximum";

    /// <summary>Placeholders of hyperparameters, by name.</summary>
    public const string Hyperparameters = "hyperparameters";

    /// <summary>The variable that counts training steps.</summary>
    public const string Iteration = "iteration";

    /// <summary>The operation that initialises all variables.</summary>
    public const string Initialize = "initialize";

    /// <summary>The operation that is to be run after every restore.</summary>
    public const string InitializeLocal = "initialize_local";

    /// <summary>The gradient of the loss by the inputs, for a session in front whose predictions they are.</summary>
    public const string InputGradients = "input_gradients";

    /// <summary>The placeholder that takes the gradients of the predictions, where a session behind trains this one.</summary>
    public const string OutputGradients = "output_gradients";

    internal static IReadOnlyList<string> All { get; } =
        [Inputs, Labels, Weights, Predictions, Loss, Train, Metrics, Minimum, Maximum, Hyperparameters, Iteration, Initialize, InitializeLocal, InputGradients, OutputGradients];
}
