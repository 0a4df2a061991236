using System.IO.Compression;
using System.Text;

namespace ModelSessions.Tests.Data;

/// <summary>Files of NumPy's, written byte by byte.</summary>
internal static class NumpyBytes
{
    /// <summary>An array by its type and its sizes, <c>"3, 4"</c>.</summary>
    public static byte[] Npy(string type, string sizes, byte[] elements) =>
        Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}{(sizes.Contains(',', StringComparison.Ordinal) ? "" : ",")}), }}", elements);

    /// <summary>An array by its header.</summary>
    public static byte[] Npy(string header, byte[] elements) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), (byte)((header.Length + 1) >> 8), .. Encoding.ASCII.GetBytes(header), (byte)'\n', .. elements];

    /// <summary>An archive of arrays; gives its path.</summary>
    public static string Npz(string path, CompressionLevel level, params (string Name, byte[] Array)[] arrays)
    {
        using ZipArchive archive = new(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, byte[] array) in arrays)
        {
            using Stream entry = archive.CreateEntry(name + ".npy", level).Open();
            entry.Write(array);
        }

        return path;
    }
}
