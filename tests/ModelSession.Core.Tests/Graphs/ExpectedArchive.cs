using System.Formats.Tar;
using System.IO.Compression;

namespace ModelSessions.Tests.Graphs;

/// <summary>What TensorFlow gave, many small files packed in one.</summary>
internal static class ExpectedArchive
{
    /// <summary>The files of an archive in <c>Graphs/Expected</c>, by name.</summary>
    public static Dictionary<string, byte[]> Open(string archive)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Graphs", "Expected", archive));
        using GZipStream plain = new(file, CompressionMode.Decompress);
        using TarReader reader = new(plain);
        Dictionary<string, byte[]> entries = [];
        while (reader.GetNextEntry() is { } entry)
        {
            using MemoryStream bytes = new();
            entry.DataStream!.CopyTo(bytes);
            entries.Add(entry.Name, bytes.ToArray());
        }

        return entries;
    }
}
