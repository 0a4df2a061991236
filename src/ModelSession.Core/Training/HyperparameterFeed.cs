namespace ModelSessions.Training;

/// <summary>The value of one hyperparameter as a graph takes it; made anew only when it changes.</summary>
internal sealed class HyperparameterFeed(string name, GraphTensor tensor)
{
    private double _value = double.NaN;
    private Tensor? _fed;

    public string TensorName => tensor.Name;

    /// <summary>The tensor to feed for a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value makes no sense for this hyperparameter.</exception>
    public Tensor Of(double value)
    {
        if (_fed is null || value != _value)
        {
            Check(name, value);
            _value = value;
            _fed = ToTensor(value);
        }

        return _fed;
    }

    /// <summary>Refuses values that would ruin a model without a word.</summary>
    public static void Check(string name, double value)
    {
        string? demand =
            !double.IsFinite(value) ? "a finite number"
            : Hyperparameter.SameName(name, "learning_rate") && value < 0 ? "0 or more"
            : (Hyperparameter.SameName(name, "keep_probability") || Hyperparameter.SameName(name, "keep_prob")) && value is <= 0 or > 1 ? "above 0 and at most 1"
            : null;
        if (demand is not null)
        {
            throw new ArgumentOutOfRangeException(null, $"The hyperparameter '{name}' must be {demand}; it is {value}.");
        }
    }

    private Tensor ToTensor(double value) => tensor.DType switch
    {
        DType.Float32 => Tensor.Scalar((float)value),
        DType.Float64 => Tensor.Scalar(value),
        DType.Float16 => Tensor.Scalar((Half)value),
        DType.Int32 => Tensor.Scalar((int)value),
        DType.Int64 => Tensor.Scalar((long)value),
        DType.Bool => Tensor.Scalar(value != 0),
        _ => throw new GraphException(StatusCode.InvalidArgument, $"The hyperparameter '{name}' is a {tensor.DType.Name()} tensor; a number cannot be fed to it.", tensor.Operation.Name),
    };
}
