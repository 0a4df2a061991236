using System.IO.Compression;

namespace ModelSessions.Conformance.Golden;

/// <summary>A zip of .npy arrays, read on demand.</summary>
public sealed class Npz : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, Tensor> _read = new(StringComparer.Ordinal);

    /// <summary>Opens a file.</summary>
    public Npz(string path) => _zip = ZipFile.OpenRead(path);

    /// <summary>The array of that key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Tensor this[string key]
    {
        get
        {
            if (!_read.TryGetValue(key, out Tensor? tensor))
            {
                ZipArchiveEntry entry = _zip.GetEntry(key + ".npy") ?? throw new KeyNotFoundException($"The golden data has no array '{key}'.");
                using Stream stream = entry.Open();
                tensor = NpyReader.Read(stream);
                _read.Add(key, tensor);
            }

            return tensor;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();
}
