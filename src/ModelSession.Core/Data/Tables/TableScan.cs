namespace ModelSessions.Data;

/// <summary>What was found in all rows of some files.</summary>
/// <param name="Format">Their format.</param>
/// <param name="Rows">Where the rows stand.</param>
/// <param name="Columns">What the columns hold.</param>
/// <param name="Kept">How many rows of each block are not left out.</param>
internal sealed record TableScan(RowFormat Format, RowSource Rows, IReadOnlyList<ColumnProfile> Columns, IReadOnlyList<int> Kept)
{
    /// <summary>Reads all rows once, by several threads; what is found does not depend on how many.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="sources">The files.</param>
    /// <param name="looksAt">The columns that are looked at.</param>
    /// <param name="names">The columns of which all texts are noted.</param>
    /// <param name="required">A row that lacks a value in one of these columns is left out.</param>
    /// <param name="split">How rows are divided.</param>
    /// <param name="progress">Is told how many bytes are read.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">A row has not as many fields as there are columns, or the file is damaged.</exception>
    public static TableScan Run(
        RowFormat format, IReadOnlyList<ByteSource> sources, IReadOnlyList<int> looksAt, IReadOnlySet<int> names, IReadOnlyList<int> required, DataSplit split,
        Action<WorkProgress>? progress, CancellationToken cancel)
    {
        RowSource rows = new(format.Framing, sources);
        using IEnumerator<RowBlock> blocks = rows.Scan().GetEnumerator();
        int planned = 0;
        int threads = Math.Clamp(Environment.ProcessorCount, 1, 8);
        using OrderedWork<Part> work = new(threads, 2 * threads, () =>
        {
            if (!blocks.MoveNext())
            {
                return null;
            }

            RowBlock block = blocks.Current;
            int number = planned++;
            return () =>
            {
                using (block)
                {
                    return Look(format, block, number, looksAt, names, required, split);
                }
            };
        });
        ColumnProfile[] columns = New(format, names);
        List<int> kept = [];
        WorkCounter read = new(progress, WorkCounter.Sum(sources.Select(source => source.Length)), WorkUnit.Bytes);
        while (work.Take(cancel) is { } part)
        {
            kept.Add(part.Kept);
            read.Set(rows.Scanned);
            foreach (int column in looksAt)
            {
                columns[column].Add(part.Columns[column]);
            }
        }

        return new TableScan(format, rows, columns, kept);
    }

    private static Part Look(
        RowFormat format, RowBlock block, int number, IReadOnlyList<int> looksAt, IReadOnlySet<int> names, IReadOnlyList<int> required, DataSplit split)
    {
        RowParser parser = format.CreateParser();
        int[] kept = [.. Enumerable.Range(0, block.Count)];
        if (required.Count > 0)
        {
            kept = Array.FindAll(kept, row =>
            {
                parser.Parse(block, row);
                return !required.Any(parser.IsMissing);
            });
        }

        ColumnProfile[] columns = New(format, names);
        HashSet<int>? training = split.Validation == 0 && split.Test == 0 ? null : [.. split.Rows(number, kept.Length, 0)];
        for (int i = 0; i < kept.Length; i++)
        {
            parser.Parse(block, kept[i]);
            bool isTraining = training is null || training.Contains(i);
            foreach (int column in looksAt)
            {
                columns[column].Add(parser, column, isTraining);
            }
        }

        return new Part(columns, kept.Length);
    }

    private static ColumnProfile[] New(RowFormat format, IReadOnlySet<int> names) =>
        [.. Enumerable.Range(0, format.Columns.Count).Select(column => new ColumnProfile { KeepsNumbers = names.Contains(column) })];

    private sealed record Part(ColumnProfile[] Columns, int Kept);
}
