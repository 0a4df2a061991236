namespace ModelSessions.Data;

/// <summary>Where files are fetched from, and where they are kept.</summary>
public sealed record DownloadOptions
{
    /// <summary>Addresses of folders that hold the files, tried in this order; none for the known public ones.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>The MD5 sum of each file, by its name, as 32 hexadecimal digits; empty for the known ones.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that keeps the files; null for one in the user's cache.</summary>
    public string? Folder { get; init; }

    /// <summary>How long a mirror may send nothing before it is asked again.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times in a row a mirror may fail without sending anything new.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The wait before a mirror is asked again; it doubles each time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No file may be larger, in bytes.</summary>
    public long LargestFile { get; init; } = 1L << 30;
}

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">The bytes that are there, those of an earlier download that was cut included.</param>
/// <param name="Total">The bytes that there will be; null if the mirror does not say.</param>
public sealed record DownloadProgress(string File, long Bytes, long? Total);
