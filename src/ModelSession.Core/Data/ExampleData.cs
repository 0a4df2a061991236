namespace ModelSessions.Data;

/// <summary>Reads TFRecord files of tf.train.Example, packed or not. Larger files than memory should hold stream.</summary>
public static class ExampleData
{
    /// <summary>Reads files as one dataset. Features are columns; each has as many values in all records.</summary>
    /// <inheritdoc cref="CsvData.Read"/>
    public static ModelDataset Read(
        IReadOnlyList<string> paths, TableOptions? options = null, IReadOnlyList<string>? validation = null, IReadOnlyList<string>? test = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return TableReader.Read(Files(paths), Files(validation ?? []), Files(test ?? []), ExampleFormat.Of, options ?? new TableOptions(), cancel);
    }

    private static ByteSource[] Files(IReadOnlyList<string> paths) => [.. paths.Select(path => ByteSource.OfFile(Path.GetFullPath(path), RecordFraming.Unpacking))];
}
