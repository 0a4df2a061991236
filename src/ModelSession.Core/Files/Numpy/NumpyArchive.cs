using System.IO.Compression;

namespace ModelSessions.Files;

/// <summary>Reads NumPy's archives (<c>.npz</c>): arrays by name, packed or not.</summary>
internal static class NumpyArchive
{
    private const int MostEntries = 10_000;

    /// <summary>The names of the arrays, in their order.</summary>
    /// <exception cref="ModelFileException">It is not there or no archive.</exception>
    public static IReadOnlyList<string> Names(string path) => Open(path, archive => (IReadOnlyList<string>)[.. Entries(archive).Select(Name)]);

    /// <summary>Reads an array.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="name">Its name, without <c>.npy</c>.</param>
    /// <param name="limit">More bytes than this are refused.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static Tensor Read(string path, string name, long limit) => Open(path, archive =>
    {
        using Stream stream = Entry(archive, path, name).Open();
        return NumpyFile.Read(stream, limit);
    });

    /// <summary>An array's entry.</summary>
    /// <exception cref="ModelFileException">There is none of that name.</exception>
    public static ZipArchiveEntry Entry(ZipArchive archive, string path, string name) => Entries(archive).FirstOrDefault(entry => Name(entry) == name)
        ?? throw new ModelFileException(StatusCode.NotFound, path, $"there is no array '{name}'.{NearestNames.Hint(name, Entries(archive).Select(Name))} There are {string.Join(", ", Entries(archive).Take(20).Select(Name))}.");

    private static IEnumerable<ZipArchiveEntry> Entries(ZipArchive archive) =>
        archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)).Take(MostEntries);

    private static string Name(ZipArchiveEntry entry) => entry.FullName[..^".npy".Length];

    private static T Open<T>(string path, Func<ZipArchive, T> read) => FileAccessErrors.Guard(path, () =>
    {
        try
        {
            using ZipArchive archive = new(File.OpenRead(Openable.Of(path)), ZipArchiveMode.Read);
            return read(archive);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"the archive is damaged: {error.Message}", innerException: error);
        }
    });
}
