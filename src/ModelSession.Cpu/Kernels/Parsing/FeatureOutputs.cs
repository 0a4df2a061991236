using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>Writes what was read of features to the outputs of a node, one kind after the other.</summary>
/// <param name="context">The node's run.</param>
/// <param name="batch">The dimensions of the batch: none for a single message.</param>
internal sealed class FeatureOutputs(KernelContext context, long[] batch)
{
    private readonly int _examples = batch.Length == 0 ? 1 : (int)batch[0];
    private int _next;

    /// <summary>Sparse features: all places, then all values, then all shapes.</summary>
    public void Sparse(List<Feature> features)
    {
        for (int i = 0; i < features.Count; i++)
        {
            FeatureColumn column = features[i].Column;
            Span<long> places = Begin(features, i, [.. batch, column.Longest]);
            for (int row = 0, at = 0; row < column.Rows; row++)
            {
                PutRow(places, ref at, [row], column.Length(row));
            }
        }

        _next += 3 * features.Count;
    }

    /// <summary>Sparse lists of features.</summary>
    public void SparseLists(List<Feature> features)
    {
        for (int i = 0; i < features.Count; i++)
        {
            FeatureColumn column = features[i].Column;
            Span<long> places = Begin(features, i, [.. batch, column.MostRows, column.Longest]);
            for (int example = 0, at = 0; example < _examples; example++)
            {
                int first = column.FirstRow(example);
                for (int row = first; row < column.FirstRow(example + 1); row++)
                {
                    PutRow(places, ref at, [example, row - first], column.Length(row));
                }
            }
        }

        _next += 3 * features.Count;
    }

    public void Dense(List<Feature> features)
    {
        foreach (Feature feature in features)
        {
            FeatureColumn column = feature.Column;
            int width = feature.IsVariable ? column.Longest : (int)feature.Stride;
            long[] shape = [.. feature.Shape!];
            if (feature.IsVariable)
            {
                shape[0] = feature.Stride == 0 ? 0 : width / feature.Stride;
            }

            Value output = context.Allocate(_next++, [.. batch, .. shape]);
            for (int row = 0; row < column.Rows; row++)
            {
                int length = column.Length(row);
                column.CopyTo(output, column.Start(row), length, row * width);
                column.Fill(output, row * width + length, width - length, feature.Default);
            }
        }
    }

    /// <summary>Dense lists of features, filled up with zeros.</summary>
    public void DenseLists(List<Feature> features)
    {
        foreach (Feature feature in features)
        {
            FeatureColumn column = feature.Column;
            Value output = context.Allocate(_next++, [.. batch, column.MostRows, .. feature.Shape!]);
            int width = column.MostRows * (int)feature.Stride;
            for (int example = 0; example < _examples; example++)
            {
                int start = column.Start(column.FirstRow(example)), length = column.Start(column.FirstRow(example + 1)) - start;
                column.CopyTo(output, start, length, example * width);
                column.Fill(output, example * width + length, width - length, null);
            }
        }
    }

    /// <summary>How many features each list has.</summary>
    public void ListLengths(List<Feature> features)
    {
        foreach (Feature feature in features)
        {
            Span<long> lengths = context.Allocate(_next++, batch).Span<long>();
            for (int example = 0; example < lengths.Length; example++)
            {
                lengths[example] = feature.Column.FirstRow(example + 1) - feature.Column.FirstRow(example);
            }
        }
    }

    /// <summary>Ragged features: all values, then where their rows begin and end.</summary>
    /// <param name="features">The features.</param>
    /// <param name="single">The shape of the splits of a single message, which say nothing: all values are its.</param>
    public void Ragged(List<Feature> features, ReadOnlySpan<long> single)
    {
        RaggedValues(features);
        foreach (Feature feature in features)
        {
            Splits(single, feature.Column.Rows, feature.Column.Start);
        }
    }

    /// <summary>Ragged lists: all values, then where messages begin and end, then where features do.</summary>
    public void RaggedLists(List<Feature> features)
    {
        RaggedValues(features);
        foreach (Feature feature in features)
        {
            Splits([], _examples, feature.Column.FirstRow);
        }

        foreach (Feature feature in features)
        {
            WriteSplits(context.Allocate(_next++, [feature.Column.Rows + 1]), feature.Column.Start);
        }
    }

    private static void WriteSplits(Value splits, Func<int, int> start)
    {
        for (int i = 0; i < splits.Count; i++)
        {
            if (splits.DType == DType.Int32)
            {
                splits.Span<int>()[i] = start(i);
            }
            else
            {
                splits.Span<long>()[i] = start(i);
            }
        }
    }

    private void Splits(ReadOnlySpan<long> single, int rows, Func<int, int> start) =>
        WriteSplits(context.Allocate(_next++, batch.Length == 0 ? single : [rows + 1]), start);

    private void RaggedValues(List<Feature> features)
    {
        foreach (Feature feature in features)
        {
            Values(_next++, feature.Column);
        }
    }

    private void Values(int output, FeatureColumn column) =>
        column.CopyTo(context.Allocate(output, [column.Count]), 0, column.Count, 0);

    // Values and shape; the places are left to be written.
    private Span<long> Begin(List<Feature> features, int index, long[] shape)
    {
        FeatureColumn column = features[index].Column;
        Values(_next + features.Count + index, column);
        shape.CopyTo(context.Allocate(_next + 2 * features.Count + index, [shape.Length]).Span<long>());
        return context.Allocate(_next + index, [column.Count, shape.Length]).Span<long>();
    }

    // In a single message the first coordinate, the message, is left out.
    private void PutRow(Span<long> places, ref int at, ReadOnlySpan<long> row, int length)
    {
        ReadOnlySpan<long> prefix = row[(1 - batch.Length)..];
        for (int i = 0; i < length; i++)
        {
            prefix.CopyTo(places[at..]);
            places[at + prefix.Length] = i;
            at += prefix.Length + 1;
        }
    }
}
