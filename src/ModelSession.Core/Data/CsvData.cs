using System.Text;

namespace ModelSessions.Data;

/// <summary>Reads CSV text: rows of fields, with a header or without one. Larger texts than memory should hold stream.</summary>
public static class CsvData
{
    /// <summary>Reads files as one dataset.</summary>
    /// <param name="paths">The files to learn from; all have the same columns.</param>
    /// <param name="options">How rows become examples.</param>
    /// <param name="validation">Files for validation; null for a part of the others.</param>
    /// <param name="test">Files for tests; null for a part of the others.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">A file is not there, or rows cannot be learnt from: the message says which, and why.</exception>
    /// <exception cref="ArgumentException">An option makes no sense for these columns.</exception>
    public static ModelDataset Read(
        IReadOnlyList<string> paths, TableOptions? options = null, IReadOnlyList<string>? validation = null, IReadOnlyList<string>? test = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new TableOptions();
        return TableReader.Read(Files(paths), Files(validation ?? []), Files(test ?? []), source => CsvFormat.Of(source, options), options, cancel);
    }

    /// <summary>Reads a text in memory.</summary>
    /// <inheritdoc cref="Read"/>
    public static ModelDataset Parse(string text, TableOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new TableOptions();
        return TableReader.Read([ByteSource.OfMemory(Encoding.UTF8.GetBytes(text))], [], [], source => CsvFormat.Of(source, options), options, cancel);
    }

    private static ByteSource[] Files(IReadOnlyList<string> paths) => [.. paths.Select(path => ByteSource.OfFile(Path.GetFullPath(path)))];
}
