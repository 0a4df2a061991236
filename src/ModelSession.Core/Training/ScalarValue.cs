namespace ModelSessions.Training;

/// <summary>Fetched scalars as numbers.</summary>
internal static class ScalarValue
{
    /// <summary>The number in a tensor of one element.</summary>
    /// <exception cref="GraphException">It has several, or is no number.</exception>
    public static double Of(Tensor value, string name) => value.ElementCount != 1
        ? throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is {value.Describe()}; a loss or metric must be one number.", name)
        : value.DType switch
        {
            DType.Float32 => value.ToScalar<float>(),
            DType.Float64 => value.ToScalar<double>(),
            DType.Float16 => (double)value.ToScalar<Half>(),
            DType.BFloat16 => value.ToScalar<BFloat16>(),
            DType.Int32 => value.ToScalar<int>(),
            DType.Int64 => value.ToScalar<long>(),
            _ => throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is {value.Describe()}; a loss or metric must be a number.", name),
        };
}
