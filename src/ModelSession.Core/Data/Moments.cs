namespace ModelSessions.Data;

/// <summary>Mean and standard deviation of arrays: of each column of a matrix; of all numbers of an array of more dimensions, such as images.</summary>
/// <param name="shape">The shape of the array, rows first.</param>
internal sealed class Moments(Shape shape)
{
    private readonly double[] _mean = new double[shape.Rank == 2 ? shape[1] : 1];
    private readonly double[] _squares = new double[shape.Rank == 2 ? shape[1] : 1];
    private readonly double[] _row = new double[Shape.Create(shape.Dimensions[1..]).ElementCount];
    private readonly long[] _counts = new long[shape.Rank == 2 ? shape[1] : 1];

    /// <summary>The means.</summary>
    public double[] Mean => _mean;

    /// <summary>The deviations; one of 0 is given as 1.</summary>
    public double[] Deviation => [.. _squares.Select((sum, column) => sum > 0 ? Math.Sqrt(sum / _counts[column]) : 1)];

    /// <summary>Those of an array.</summary>
    public static (double[] Mean, double[] Deviation) Of(Tensor inputs)
    {
        Moments moments = new(inputs.Shape);
        for (long i = 0; i < inputs.Shape[0]; i++)
        {
            moments.Add(inputs, i);
        }

        return (moments.Mean, moments.Deviation);
    }

    /// <summary>Takes some rows in.</summary>
    public void Add(Tensor inputs, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            Add(inputs, row);
        }
    }

    private void Add(Tensor inputs, long index)
    {
        NumberCopy.Row(inputs, index, _row);
        for (int j = 0; j < _row.Length; j++)
        {
            int column = _mean.Length == 1 ? 0 : j;
            double delta = _row[j] - _mean[column];
            _mean[column] += delta / ++_counts[column];
            _squares[column] += delta * (_row[j] - _mean[column]);
        }
    }
}
