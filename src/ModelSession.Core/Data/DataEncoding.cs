namespace ModelSessions.Data;

/// <summary>Raw data as a model takes them, by the contract that it has learnt with.</summary>
public static class DataEncoding
{
    /// <summary>Rows as a batch of examples. Columns are found by their names; others that a row has are passed over.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="rows">Names and values of each row; all have the same names.</param>
    /// <param name="type">The type of the batch.</param>
    /// <exception cref="ModelFileException">A value is missing, or none that can stand there: the message names row and column.</exception>
    /// <exception cref="GraphException">The rows lack columns, or the model takes arrays.</exception>
    public static Tensor Encode(this DataContract contract, IEnumerable<IEnumerable<KeyValuePair<string, object?>>> rows, DType type = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(rows);
        if (contract.Columns.Count == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The model takes arrays of shape {contract.Shape}, not rows of columns.");
        }

        ObjectTable table = new();
        foreach (IEnumerable<KeyValuePair<string, object?>> row in rows)
        {
            table.Add(row);
        }

        Tensor batch = Tensor.Uninitialized(type, Shape.Create([table.Count, .. contract.Shape]));
        if (table.Count > 0)
        {
            Encode(contract, table, batch);
        }

        return batch;
    }

    /// <summary>Arrays as a batch of examples: scaled, in the shape that the model takes.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="raw">The arrays; the first dimension counts them.</param>
    /// <param name="type">The type of the batch.</param>
    /// <exception cref="GraphException">They are of another size, or the model takes rows of columns.</exception>
    public static Tensor Encode(this DataContract contract, Tensor raw, DType type = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(raw);
        if (contract.Columns.Count > 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The model takes rows of the columns {string.Join(", ", contract.Columns.Take(20).Select(column => column.Name))}, not arrays.");
        }

        if (raw.Shape.Rank == 0 || raw.ElementCount != raw.Shape[0] * contract.Shape.ElementCount)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The arrays are {raw.Shape}; the model takes {Shape.Create([Shape.UnknownDimension, .. contract.Shape])}.");
        }

        Tensor batch = Tensor.Uninitialized(type, Shape.Create([raw.Shape[0], .. contract.Shape]));
        TensorDatasetPart part = new("data", new Tensor(raw.DType, batch.Shape, raw.Buffer), null, contract);
        part.Read([.. Enumerable.Range(0, checked((int)raw.Shape[0])).Select(row => (long)row)], batch, null);
        return batch;
    }

    private static void Encode(DataContract contract, ObjectTable table, Tensor batch)
    {
        table.Check(contract.Columns.Select(column => column.Name));
        ByteSource source = table.ToSource();
        CsvFormat format = table.FormatOf(source, new TableOptions());
        TableEncoder encoder = new(format, contract, hasLabels: false);
        RowParser parser = format.CreateParser();
        double[] example = new double[encoder.InputWidth];
        using BlockReader reader = new(source, format.Framing);
        long at = 0;
        while (reader.Next() is { } block)
        {
            using (block)
            {
                for (int row = 0; row < block.Count; row++, at += example.Length)
                {
                    parser.Parse(block, row);
                    encoder.Encode(parser, block, row, example, []);
                    for (int i = 0; i < example.Length; i++)
                    {
                        NumberCopy.Set(batch, at + i, example[i]);
                    }
                }
            }
        }
    }
}
