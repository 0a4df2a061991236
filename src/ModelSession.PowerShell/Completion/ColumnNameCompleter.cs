using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes names of columns: of the objects that are given, or of the first line of the first file.</summary>
public sealed class ColumnNameCompleter : Completer
{
    private static readonly char[] s_delimiters = [',', ';', '\t', '|'];

    private static IEnumerable<string> Columns(string path)
    {
        // Of a line that is no header, however long, no more is read than a header takes.
        char[] start = new char[1 << 16];
        using StreamReader reader = new(path);
        string text = new(start, 0, reader.ReadBlock(start));
        string line = text.Split('\n')[0].TrimEnd('\r');
        char delimiter = s_delimiters.MaxBy(letter => line.Count(other => other == letter));
        return line.Any(char.IsControl) && !line.Contains('\t', StringComparison.Ordinal) ? [] : line.Split(delimiter).Select(name => name.Trim().Trim('"')).Where(name => name.Length > 0);
    }

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<string> columns = SessionsAtHand.Given<object>(commandAst, fakeBoundParameters, "InputObject").FirstOrDefault() is { } row
            ? PSObject.AsPSObject(row).Properties.Select(property => property.Name)
            : FilesAtHand.Paths(commandAst, fakeBoundParameters)
                // A file may stand in the place of a name.
                .Concat(SessionsAtHand.Given<string>(commandAst, fakeBoundParameters, "Name").SelectMany(FilesAtHand.Resolved))
                // What says that it is empty may be a pipe, which would be waited for.
                .Where(path => new FileInfo(path) is { Exists: true, Length: > 0 }).Take(1).SelectMany(Columns);
        return SessionsAtHand.Complete(wordToComplete, columns, name => $"column {name}");
    }
}
