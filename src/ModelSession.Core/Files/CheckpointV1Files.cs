using System.Buffers.Binary;
using System.IO.Enumeration;

namespace ModelSessions.Files;

/// <summary>Finds the files of a checkpoint in TensorFlow's first format, which has no index: one file, or <c>PREFIX-00000-of-00003</c> ….</summary>
internal static class CheckpointV1Files
{
    private const string Of = "-of-";
    private const string NumberPattern = "-?????";
    private const int Digits = 5;

    /// <summary>The name of one of several files.</summary>
    public static string ShardPath(string prefix, long shard, long shards) =>
        $"{prefix}-{shard:D5}{Of}{shards:D5}";

    /// <summary>Whether a file's content is a table, as the files of these checkpoints are; of the next format only the index is one. What a
    /// killed save has left is none.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            if (path.EndsWith(SaveTransaction.TemporarySuffix, StringComparison.Ordinal) || new FileInfo(path).Length < TableWriter.FooterSize)
            {
                return false;
            }

            using FileStream stream = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> end = stackalloc byte[sizeof(ulong)];
            stream.Position = stream.Length - end.Length;
            stream.ReadExactly(end);
            return BinaryPrimitives.ReadUInt64LittleEndian(end) == TableWriter.Magic;
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            // It cannot be looked at, or is gone meanwhile.
            return false;
        }
    }

    /// <summary>The prefix of the checkpoint that a path means: a prefix, one of its files, or the pattern <c>PREFIX-?????-of-00003</c> that
    /// TensorFlow calls it by. Null if there is none.</summary>
    /// <exception cref="ModelFileException">A file is missing from a set, or there are several sets.</exception>
    public static string? PrefixOf(string path) => StemOf(path) is var prefix && Find(prefix) is not null ? prefix : null;

    /// <summary>A path without the number of a file, or the pattern in its place.</summary>
    public static string StemOf(string path)
    {
        int suffix = Digits + 1 + Of.Length + Digits;
        return path.Length > suffix && (SetOf(path) is not null || path.AsSpan(path.Length - suffix).StartsWith(NumberPattern + Of, StringComparison.Ordinal)) ? path[..^suffix] : path;
    }

    /// <summary>What TensorFlow calls a checkpoint: the pattern of its files where there are several, else the prefix.</summary>
    public static string PatternOf(string prefix) => File.Exists(prefix + CheckpointFiles.IndexSuffix) || File.Exists(prefix) || StemOf(prefix) != prefix
        ? prefix
        : CheckpointFiles.FirstShards(prefix).Select(SetOf).FirstOrDefault() ?? prefix;

    /// <summary>The files that a path means, in order: a file, a pattern with <c>?</c> and <c>*</c>, or what several files begin with. Null if there are none.</summary>
    /// <exception cref="ModelFileException">A file is missing from a set, or there are several sets.</exception>
    public static IReadOnlyList<string>? Find(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full)!, name = Path.GetFileName(full);
        if (name.Length == 0 || !Directory.Exists(folder))
        {
            return null;
        }

        string pattern = name.AsSpan().ContainsAny('?', '*') ? Escape(name) : Escape(name) + NumberPattern + Of + "?????";
        string[] found = FileAccessErrors.Guard(folder, () => Directory.EnumerateFiles(folder)
            .Where(file => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false)).Order(StringComparer.Ordinal).ToArray());
        return found.Length == 0 ? null : Whole(path, found);
    }

    // A backslash is a letter in names on Unix, and escapes in expressions.
    private static string Escape(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal);

    private static string[] Whole(string path, string[] found)
    {
        string[] sets = [.. found.Select(SetOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (sets.Length > 1)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, path, $"several checkpoints have names of this form: {string.Join(", ", sets.Select(set => $"'{Path.GetFileName(set)}'"))}. Give one of them.");
        }

        if (sets is [var only] && found.All(file => SetOf(file) is not null))
        {
            int count = int.Parse(only.AsSpan(only.Length - Digits), System.Globalization.CultureInfo.InvariantCulture);
            if (found.Length != count)
            {
                string prefix = only[..^(Of.Length + 2 * Digits + 1)];
                string missing = Enumerable.Range(0, count).Select(shard => ShardPath(prefix, shard, count)).First(file => !found.Contains(file));
                throw new ModelFileException(StatusCode.NotFound, missing, $"this one of the checkpoint's {count} files is missing. Copy it beside the others.");
            }
        }

        return found;
    }

    // PREFIX-?????-of-00003; null for another name.
    private static string? SetOf(string file)
    {
        int end = file.Length - Digits, of = end - Of.Length, start = of - Digits;
        return start > 0 && file[start - 1] == '-' && file.AsSpan(of, Of.Length).SequenceEqual(Of) && !file.AsSpan(start, Digits).ContainsAnyExceptInRange('0', '9')
            && !file.AsSpan(end).ContainsAnyExceptInRange('0', '9')
            ? $"{file[..start]}?????{file[of..]}"
            : null;
    }
}
