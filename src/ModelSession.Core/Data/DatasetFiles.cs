using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Reads datasets from files of any format.</summary>
public static class DatasetFiles
{
    private static readonly Dictionary<string, DatasetFormat> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = DatasetFormat.Csv,
        [".tsv"] = DatasetFormat.Csv,
        [".txt"] = DatasetFormat.Csv,
        [".tfrecord"] = DatasetFormat.TFRecord,
        [".tfrecords"] = DatasetFormat.TFRecord,
        [".npy"] = DatasetFormat.Npy,
        [".npz"] = DatasetFormat.Npz,
        [".idx"] = DatasetFormat.Idx,
    };

    /// <summary>Reads files as one dataset.</summary>
    /// <param name="paths">The files to learn from.</param>
    /// <param name="format">Their format.</param>
    /// <param name="options">How rows become examples.</param>
    /// <param name="validation">Files for validation; null for a part of the others.</param>
    /// <param name="test">Files for tests; null for a part of the others.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">A file is not there, or cannot be learnt from: the message says where, and why.</exception>
    /// <exception cref="ArgumentException">An option makes no sense for these files.</exception>
    public static ModelDataset Read(
        IReadOnlyList<string> paths, DatasetFormat format = DatasetFormat.Automatic, TableOptions? options = null, IReadOnlyList<string>? validation = null,
        IReadOnlyList<string>? test = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        return (format == DatasetFormat.Automatic ? Recognize(paths[0]) : format) switch
        {
            DatasetFormat.Csv => CsvData.Read(paths, options, validation, test, cancel),
            DatasetFormat.TFRecord => ExampleData.Read(paths, options, validation, test, cancel),
            DatasetFormat.Npy or DatasetFormat.Npz or DatasetFormat.Idx => ArrayData.Read(paths, options, validation, test, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    /// <summary>The format of a file: by its content, else by its name, else CSV.</summary>
    /// <exception cref="ModelFileException">It is not there or cannot be read.</exception>
    public static DatasetFormat Recognize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] head = FileAccessErrors.Guard(path, () =>
        {
            using FileStream file = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[16];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        });
        bool packed = head is [0x1F, 0x8B, ..];
        string name = packed && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return head switch
        {
            [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => DatasetFormat.Npy,
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => DatasetFormat.Npz,
            [0, 0, >= 8 and <= 14, > 0 and < 9, ..] => DatasetFormat.Idx,
            { Length: >= TFRecordFrame.HeaderSize } when TFRecordFrame.IsHeader(head.AsSpan(0, TFRecordFrame.HeaderSize)) => DatasetFormat.TFRecord,
            _ when packed && name.Contains("-idx", StringComparison.OrdinalIgnoreCase) => DatasetFormat.Idx,
            _ => s_extensions.GetValueOrDefault(Path.GetExtension(name), DatasetFormat.Csv),
        };
    }
}
