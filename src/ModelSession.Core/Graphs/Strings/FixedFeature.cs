namespace ModelSessions;

/// <summary>A feature of examples that has the same number of values in each: <c>tf.FixedLenFeature</c>.</summary>
/// <param name="DType">string, int64 or float32.</param>
/// <param name="Shape">Of an example's values, fully defined.</param>
/// <param name="Default">What an example without it has; each must have it if null.</param>
public sealed record FixedFeature(DType DType, Shape Shape, Tensor? Default = null);
