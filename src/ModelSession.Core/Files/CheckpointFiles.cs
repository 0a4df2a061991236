using System.Globalization;

namespace ModelSessions.Files;

/// <summary>The names of a checkpoint's files.</summary>
internal static class CheckpointFiles
{
    public const string IndexSuffix = ".index";
    public const string MetaSuffix = ".meta";
    public const string StateFile = "checkpoint";

    private const string DataMark = ".data-";

    public static string DataPath(string prefix, int shard, int shards) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{DataMark}{shard:D5}-of-{shards:D5}");

    /// <summary>The prefix that a member file belongs to; null if the name is none of a checkpoint's.</summary>
    public static string? PrefixOf(string path)
    {
        if (path.EndsWith(IndexSuffix, StringComparison.Ordinal))
        {
            return path[..^IndexSuffix.Length];
        }

        if (path.EndsWith(MetaSuffix, StringComparison.Ordinal))
        {
            return path[..^MetaSuffix.Length];
        }

        int mark = path.LastIndexOf(DataMark, StringComparison.Ordinal);
        return mark > 0 && IsShard(path.AsSpan(mark + DataMark.Length)) ? path[..mark] : null;
    }

    /// <summary>The iteration at the end of a prefix: 500 for <c>model.ckpt-500</c>; null if there is none.</summary>
    public static long? IterationOf(string prefix)
    {
        int dash = prefix.LastIndexOf('-');
        return dash >= 0 && long.TryParse(prefix.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long iteration) ? iteration : null;
    }

    private static bool IsShard(ReadOnlySpan<char> text)
    {
        int of = text.IndexOf("-of-", StringComparison.Ordinal);
        return of > 0 && !text[..of].ContainsAnyExceptInRange('0', '9') && text.Length > of + 4 && !text[(of + 4)..].ContainsAnyExceptInRange('0', '9');
    }
}
