namespace ModelSessions.Data;

/// <summary>Mean and standard deviation of arrays.</summary>
internal static class Moments
{
    /// <summary>Of each column of a matrix; of all numbers of an array of more dimensions, such as images. A deviation of 0 is given as 1.</summary>
    public static (double[] Mean, double[] Deviation) Of(Tensor inputs)
    {
        int rowSize = inputs.Shape[0] == 0 ? 1 : checked((int)(inputs.ElementCount / inputs.Shape[0]));
        int columns = inputs.Shape.Rank == 2 ? rowSize : 1;
        double[] mean = new double[columns], squares = new double[columns], row = new double[rowSize];
        long[] counts = new long[columns];
        for (long i = 0; i < inputs.Shape[0]; i++)
        {
            NumberCopy.Row(inputs, i, row);
            for (int j = 0; j < rowSize; j++)
            {
                int column = columns == 1 ? 0 : j;
                double delta = row[j] - mean[column];
                mean[column] += delta / ++counts[column];
                squares[column] += delta * (row[j] - mean[column]);
            }
        }

        return (mean, [.. squares.Select((sum, column) => sum > 0 ? Math.Sqrt(sum / counts[column]) : 1)]);
    }
}
