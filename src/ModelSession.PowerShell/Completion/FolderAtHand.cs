using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>A folder in which a path goes on that is being typed. It is listed, and no file in it is opened, however many there are.</summary>
internal sealed class FolderAtHand
{
    /// <summary>More names are no help: the user types one letter more.</summary>
    public const int Most = 300;

    // Letter by letter the same folder is asked for. What changed just before it was listed may go on changing within the same time stamp.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);
    private static Listing? s_last;

    private static readonly char[] s_separators = ['/', '\\', ':'];

    // The folder's full path, and what stands for it, with a separator, in the completed word.
    private readonly string _path, _typed, _quote;
    private readonly bool _showsHidden;
    private readonly WildcardPattern _name;

    private FolderAtHand(string path, string typed, string quote, string name)
    {
        (_path, _typed, _quote) = (path, typed, quote);
        _showsHidden = name.StartsWith('.');
        _name = SessionsAtHand.Beginning(name);
    }

    /// <summary>The folder of a path, or those of one whose folders have wildcards.</summary>
    /// <param name="word">The path so far, maybe in quotes.</param>
    public static IEnumerable<FolderAtHand> Of(string word)
    {
        string quote = word is ['\'' or '"', ..] ? word[..1] : "";
        string path = word.Trim('\'', '"').Replace("''", "'", StringComparison.Ordinal);
        int end = path.LastIndexOfAny(s_separators) + 1;
        string head = path[..end];
        return FilesAtHand.Resolved(head.Length > 0 ? head : ".").Where(Directory.Exists).Select(folder => new FolderAtHand(folder, Typed(head, folder), quote, path[end..]));
    }

    /// <summary>The files and folders in a folder.</summary>
    public static Listing List(string folder)
    {
        DateTime now = DateTime.UtcNow, time = Directory.GetLastWriteTimeUtc(folder);
        if (s_last is not { } last || last.Path != folder || last.Time != time)
        {
            last = new Listing(folder, time, Directory.GetDirectories(folder), [.. Directory.EnumerateFiles(folder)]);
            s_last = now - time > s_settled ? last : null;
        }

        return last;
    }

    /// <summary>The folders in it.</summary>
    public IEnumerable<CompletionResult> Folders() => Named(List(_path).Folders)
        .Select(folder => Result(folder, CompletionResultType.ProviderContainer, folder));

    /// <summary>The prefixes of the checkpoints in it.</summary>
    public IEnumerable<CompletionResult> Checkpoints() => CheckpointFolder.Glance(List(_path).Files, (prefix, _) => IsNamed(prefix), Most)
        .Select(checkpoint => Result(checkpoint.Prefix, CompletionResultType.ParameterValue, Tip(checkpoint)));

    /// <summary>The prefixes of the checkpoints in it, and the files with graphs that are not a part of those.</summary>
    public IEnumerable<CompletionResult> Models(string[] extensions)
    {
        HashSet<string> files = List(_path).Files;
        bool IsOfCheckpoint(string file) => Path.ChangeExtension(file, null) is var prefix && IsNamed(prefix) && (files.Contains(prefix + ".index") || files.Contains(prefix));
        IEnumerable<string> graphs = files.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !IsOfCheckpoint(file));
        return Checkpoints().Concat(Named(graphs).Select(file => Result(file, CompletionResultType.ProviderItem, file)));
    }

    private static string Tip(CheckpointInfo found) =>
        $"{found.Name}: {(found.Iteration is { } iteration ? $"iteration {Readable.Count(iteration)}, " : "")}{Readable.Age(found.Time)} old, {Readable.Size(found.ByteLength)}{(found.HasGraph ? "" : ", without a graph")}";

    private static string Typed(string head, string folder) =>
        WildcardPattern.ContainsWildcardCharacters(head) || head.Contains('`', StringComparison.Ordinal) ? WildcardPattern.Escape(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar
        : head.Length > 0 && (head[0] is '.' or '~' or '/' or '\\' || head.Contains(':', StringComparison.Ordinal)) ? head
        : $".{Path.DirectorySeparatorChar}{head}";

    private IEnumerable<string> Named(IEnumerable<string> paths) => paths.Where(IsNamed).Take(Most).Order(StringComparer.OrdinalIgnoreCase);

    private bool IsNamed(string path) => Path.GetFileName(path) is var name && (_showsHidden || !name.StartsWith('.')) && _name.IsMatch(name);

    private CompletionResult Result(string path, CompletionResultType type, string tip)
    {
        string name = Path.GetFileName(path), text = _typed + WildcardPattern.Escape(name);
        return new CompletionResult(Quoted(text), name, type, tip);
    }

    // What was begun with quotes keeps them, where the text in them is not read otherwise.
    private string Quoted(string text) =>
        _quote.Length == 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '/' or '\\' or ':' or '.' or '-' or '~') ? text
        : _quote == "\"" && text.AsSpan().IndexOfAny('"', '$', '`') < 0 ? $"\"{text}\""
        : TableText.Text(text);

    /// <summary>What was in a folder at a time.</summary>
    internal sealed record Listing(string Path, DateTime Time, string[] Folders, HashSet<string> Files);
}
