namespace ModelSessions;

/// <summary>A tensor as it was read: of a session's graph or of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The shape of what was read; of what was not, what is known of it.</param>
public sealed record GraphTensorValue(string Name, DType DType, Shape Shape)
{
    /// <summary>The kind of the operation that makes it; null in a checkpoint.</summary>
    public string? Op { get; init; }

    /// <summary>The part of the tensor that is meant, as in <c>0:3, :, -1</c>; null for all.</summary>
    public string? Slice { get; init; }

    /// <summary>The value; null if it was not asked for, or needs a run.</summary>
    public Tensor? Value { get; init; }

    /// <summary>The least number.</summary>
    public double? Minimum => Statistics?.Minimum;

    /// <summary>The greatest number.</summary>
    public double? Maximum => Statistics?.Maximum;

    /// <summary>The mean.</summary>
    public double? Mean => Statistics?.Mean;

    /// <summary>The standard deviation, of all elements and not of a sample.</summary>
    public double? StandardDeviation => Statistics?.StandardDeviation;

    /// <summary>How many elements are not a number.</summary>
    public long? NaNCount => Statistics?.NaNCount;

    /// <summary>How many elements are infinite.</summary>
    public long? InfinityCount => Statistics?.InfinityCount;

    /// <summary>The share of zeros, from 0 to 1.</summary>
    public double? ZeroShare => Statistics?.ZeroShare;

    internal TensorStatistics? Statistics { get; init; }

    /// <summary>Of a value that is there.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="op">The kind of its operation; null in a checkpoint.</param>
    /// <param name="value">The whole value.</param>
    /// <param name="part">The part that is meant; null for all.</param>
    /// <param name="keep">Whether the value is kept.</param>
    /// <param name="measure">Whether statistics are taken.</param>
    public static GraphTensorValue Of(string name, string? op, Tensor value, TensorSelection? part, bool keep, bool measure)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tensor read = part is null ? value : part.In(value.Shape).Take(value);
        return new GraphTensorValue(name, read.DType, read.Shape)
        {
            Op = op,
            Slice = part?.ToString(),
            Value = keep ? read : null,
            Statistics = measure ? TensorStatistics.Of(read) : null,
        };
    }

    /// <summary>Reads a tensor of a checkpoint: no more of it than is asked for.</summary>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="part">The part that is meant; null for all.</param>
    /// <param name="keep">Whether the value is kept.</param>
    /// <param name="measure">Whether statistics are taken.</param>
    /// <param name="cancel">Stops the reading.</param>
    public static GraphTensorValue Read(CheckpointReader reader, CheckpointTensor tensor, TensorSelection? part, bool keep, bool measure, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(tensor);
        if (part is not null)
        {
            return Of(tensor.Name, null, reader.Read(tensor.Name, part, cancel), null, keep, measure) with { Slice = part.ToString() };
        }

        return keep
            ? Of(tensor.Name, null, reader.Read(tensor.Name, cancel), null, keep, measure)
            : new GraphTensorValue(tensor.Name, tensor.DType, tensor.Shape) { Statistics = measure ? reader.Measure(tensor.Name, cancel) : null };
    }

    /// <summary><c>dense/kernel:0 float32 [784, 10]</c>.</summary>
    public override string ToString() => $"{Name}{(Slice is null ? "" : $"[{Slice}]")} {DType.Name()} {Shape}";
}
