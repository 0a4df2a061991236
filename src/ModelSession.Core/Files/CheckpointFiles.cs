using System.Globalization;

namespace ModelSessions.Files;

/// <summary>The names of a checkpoint's files.</summary>
internal static class CheckpointFiles
{
    public const string IndexSuffix = ".index";
    public const string MetaSuffix = ".meta";

    /// <summary>An empty file beside a checkpoint that retention is to leave alone. TensorFlow takes no notice of it.</summary>
    public const string KeepSuffix = ".keep";

    private const string DataMark = ".data-";
    private static readonly string[] s_suffixes = [IndexSuffix, MetaSuffix, KeepSuffix];

    public static string DataPath(string prefix, int shard, int shards) =>
        $"{prefix}{DataMark}{shard:D5}-of-{shards:D5}";

    /// <summary>The name of a checkpoint: <c>model.ckpt-500</c>; padded <c>model.ckpt-00000500</c>.</summary>
    public static string NameOf(string stem, long? iteration, bool padded) => iteration is not { } number
        ? stem
        : $"{stem}-{(padded ? Padded(number) : number.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>The prefix that a member file belongs to; null if the name is none of a checkpoint's.</summary>
    public static string? PrefixOf(string path)
    {
        if (s_suffixes.FirstOrDefault(suffix => path.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix)
        {
            return path[..^suffix.Length];
        }

        int mark = path.LastIndexOf(DataMark, StringComparison.Ordinal);
        return mark > 0 && IsShard(path.AsSpan(mark + DataMark.Length)) ? path[..mark] : null;
    }

    /// <summary>The iteration at the end of a prefix: 500 for <c>model.ckpt-500</c>, −1 for <c>model.ckpt--1</c>; null if there is none.</summary>
    public static long? IterationOf(string prefix)
    {
        prefix = CheckpointV1Files.StemOf(prefix);
        int dash = DashOf(prefix);
        return dash >= 0 && long.TryParse(prefix.AsSpan(dash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long iteration) ? iteration : null;
    }

    /// <summary>A checkpoint's name without its iteration.</summary>
    public static string StemOf(string name) => IterationOf(name) is null ? CheckpointV1Files.StemOf(name) : name[..DashOf(CheckpointV1Files.StemOf(name))];

    /// <summary>Whether a checkpoint's name is a stem, or a stem and an iteration.</summary>
    public static bool IsOfStem(string name, string stem) => name == stem || StemOf(name) == stem;

    /// <summary>The data files of a bundle, whatever their number.</summary>
    public static IEnumerable<string> DataFiles(string prefix) => Beside(prefix)
        .Where(path => path.StartsWith(prefix + DataMark, StringComparison.Ordinal) && PrefixOf(path) == prefix);

    /// <summary>The files of a checkpoint of the first format that is in several: <c>PREFIX-00000-of-00003</c> ….</summary>
    public static IEnumerable<string> FirstShards(string prefix)
    {
        string start = CheckpointV1Files.StemOf(prefix) + "-";
        return Beside(prefix).Where(path => path.StartsWith(start, StringComparison.Ordinal) && IsShard(path.AsSpan(start.Length))).Order(StringComparer.Ordinal);
    }

    // The dash before the number. Of two in a row, the second is its sign.
    private static int DashOf(string prefix)
    {
        int dash = prefix.LastIndexOf('-');
        return dash > 0 && prefix[dash - 1] == '-' ? dash - 1 : dash;
    }

    private static string[] Beside(string prefix)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(prefix))!;
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    // As Python pads: the sign is one of the eight characters.
    private static string Padded(long number) => number < 0
        ? $"-{-(decimal)number:0000000}"
        : number.ToString("D8", CultureInfo.InvariantCulture);

    private static bool IsShard(ReadOnlySpan<char> text)
    {
        int of = text.IndexOf("-of-", StringComparison.Ordinal);
        return of > 0 && !text[..of].ContainsAnyExceptInRange('0', '9') && text.Length > of + 4 && !text[(of + 4)..].ContainsAnyExceptInRange('0', '9');
    }
}
