using System.Net;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Fetches the four files of the whole MNIST set once and keeps them in the user's cache.</summary>
public static class MnistDownload
{
    /// <summary>The environment variable with the addresses of mirrors, separated by spaces, that are used where none are given.</summary>
    public const string MirrorVariable = "MODELSESSION_MNIST_MIRROR";

    private const int SumLength = 32;

    private static readonly Uri[] s_mirrors = [new("https://ossci-datasets.s3.amazonaws.com/mnist/"), new("https://storage.googleapis.com/cvdf-datasets/mnist/")];

    /// <summary>The files and their MD5 sums.</summary>
    public static IReadOnlyDictionary<string, string> Checksums { get; } = new Dictionary<string, string>
    {
        ["train-images-idx3-ubyte.gz"] = "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        ["train-labels-idx1-ubyte.gz"] = "d53e105ee54ea40749a09fcbcd1e9432",
        ["t10k-images-idx3-ubyte.gz"] = "9fb629c4189551a2d022fa330f9573f3",
        ["t10k-labels-idx1-ubyte.gz"] = "ec29112dd5afa0611ce80d1b7f02629c",
    };

    /// <summary>Fetches what is not there yet. A download that was cut goes on where it ended.</summary>
    /// <param name="options">Mirrors, sums, folder; the known ones and the user's cache by default.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancel">Ends the download; what has come is kept for the next time.</param>
    /// <returns>The folder of the files, for <see cref="MnistData.Read"/>.</returns>
    /// <exception cref="ModelFileException">No mirror gave a file whose sum is right (UNAVAILABLE, DATA_LOSS), or the folder cannot be written.</exception>
    /// <exception cref="ArgumentException">A mirror is no address of http or https, or a sum is none.</exception>
    public static async Task<string> FetchAsync(DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        IReadOnlyList<Uri> mirrors = [.. Mirrors(options).Select(Checked)];
        Dictionary<string, string> sums = Sums(options);
        string folder = Path.GetFullPath(options.Folder ?? UserCache.Folder("mnist"));
        Create(folder);
        // Compressed files arrive as they are: their sums are of the compressed bytes.
        using SocketsHttpHandler handler = new() { AutomaticDecompression = DecompressionMethods.None };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        FileDownload download = new(client, options, progress);
        foreach (string name in Checksums.Keys)
        {
            await download.FetchAsync(name, sums[name], mirrors, folder, cancel).ConfigureAwait(false);
        }

        return folder;
    }

    private static IEnumerable<Uri> Mirrors(DownloadOptions options)
    {
        if (options.Mirrors.Count > 0)
        {
            return options.Mirrors;
        }

        string[] given = (Environment.GetEnvironmentVariable(MirrorVariable) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return given.Length == 0 ? s_mirrors
            : given.Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
                ? uri
                : throw new ArgumentException($"'{text}' in the environment variable {MirrorVariable} is no address."));
    }

    private static Uri Checked(Uri mirror) => mirror.IsAbsoluteUri && mirror.Scheme is "http" or "https"
        ? mirror
        : throw new ArgumentException($"The mirror '{mirror}' is no address of http or https.");

    private static Dictionary<string, string> Sums(DownloadOptions options)
    {
        foreach ((string name, string sum) in options.Checksums)
        {
            if (!Checksums.ContainsKey(name))
            {
                throw new ArgumentException($"'{name}' is none of the files of MNIST.{NearestNames.Hint(name, Checksums.Keys)} They are {string.Join(", ", Checksums.Keys.Select(known => $"'{known}'"))}.");
            }

            if (sum.Length != SumLength || !sum.All(char.IsAsciiHexDigit))
            {
                throw new ArgumentException($"The MD5 sum of '{name}' is '{sum}'; a sum is {SumLength} hexadecimal digits.");
            }
        }

        return Checksums.ToDictionary(known => known.Key, known => options.Checksums.GetValueOrDefault(known.Key, known.Value));
    }

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(folder, error);
        }
    }
}
