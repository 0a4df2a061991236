namespace ModelSessions.Data;

/// <summary>Rows as a model takes them; a wrong one is left out, and told.</summary>
internal static class RowInput
{
    /// <summary>Encodes rows.</summary>
    /// <param name="contract">The contract, with columns.</param>
    /// <param name="rows">Names and values.</param>
    /// <param name="type">The type of the batch.</param>
    /// <param name="first">The place of the first row among all, from 0: messages name it, counted from 1.</param>
    /// <param name="failed">Is told of wrong rows.</param>
    /// <returns>The batch, null if it has no rows, and which rows it has.</returns>
    public static (Tensor? Batch, int[] Kept) Encode(
        DataContract contract, IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>> rows, DType type, long first, Action<int, Exception> failed)
    {
        List<(int Row, KeyValuePair<string, object?>[] Values)> picked = [];
        for (int i = 0; i < rows.Count; i++)
        {
            Try(i, () => picked.Add((i, Pick(contract, rows[i], first + i + 1))));
        }

        try
        {
            return picked.Count == 0 ? (null, []) : (contract.Encode(picked.Select(row => row.Values), type), [.. picked.Select(row => row.Row)]);
        }
        catch (ModelFileException) when (picked.Count > 0)
        {
            // One is wrong, or some are: each by itself tells.
            picked.RemoveAll(row => !Try(row.Row, () => contract.Encode([row.Values], type)));
            return picked.Count == 0 ? (null, []) : (contract.Encode(picked.Select(row => row.Values), type), [.. picked.Select(row => row.Row)]);
        }

        bool Try(int row, Action work)
        {
            try
            {
                work();
                return true;
            }
            catch (ModelFileException error)
            {
                failed(row, new ModelFileException(null, first + row + 1, null, error.Column, error.Detail));
                return false;
            }
        }
    }

    // The model's columns alone: rows may differ in others, and lack those of the label.
    private static KeyValuePair<string, object?>[] Pick(DataContract contract, IReadOnlyList<KeyValuePair<string, object?>> row, long number)
    {
        KeyValuePair<string, object?>[] picked = new KeyValuePair<string, object?>[contract.Columns.Count];
        for (int i = 0; i < picked.Length; i++)
        {
            DataColumn column = contract.Columns[i];
            int place = Find(row, column.Name);
            if (place < 0)
            {
                throw new ModelFileException(
                    null, number, null, column.Name,
                    $"the row lacks the column.{NearestNames.Hint(column.Name, row.Select(pair => pair.Key))} It has {string.Join(", ", row.Take(20).Select(pair => pair.Key))}{(row.Count > 20 ? ", …" : "")}.");
            }

            object? value = row[place].Value;
            picked[i] = value is not (null or "") || column.Fill is not null
                ? new(column.Name, value)
                : throw new ModelFileException(null, number, null, column.Name, "the value is missing, and the model has not learnt what stands for missing values of this column.");
        }

        return picked;
    }

    private static int Find(IReadOnlyList<KeyValuePair<string, object?>> row, string name)
    {
        int near = -1;
        for (int i = 0; i < row.Count; i++)
        {
            if (row[i].Key == name)
            {
                return i;
            }

            near = near < 0 && string.Equals(row[i].Key, name, StringComparison.OrdinalIgnoreCase) ? i : near;
        }

        return near;
    }
}
