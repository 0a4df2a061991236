using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the iterations of the checkpoints in the folder that the command is given, else in the current location.</summary>
public sealed class IterationCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] given = [.. FilesAtHand.Paths(commandAst, fakeBoundParameters)];
        Dictionary<string, CheckpointInfo> found = [];
        WildcardPattern begins = SessionsAtHand.Beginning(wordToComplete);
        bool IsWanted(string prefix, long? iteration) => iteration is { } number && begins.IsMatch(number.ToString(CultureInfo.InvariantCulture));
        foreach (CheckpointInfo checkpoint in (given.Length > 0 ? given : FilesAtHand.Resolved(".")).SelectMany(folder => Directory.Exists(folder) ? CheckpointFolder.Glance(FolderAtHand.List(folder).Files, IsWanted, FolderAtHand.Most) : []))
        {
            if (checkpoint.Iteration is { } iteration)
            {
                found.TryAdd(iteration.ToString(CultureInfo.InvariantCulture), checkpoint);
            }
        }

        return SessionsAtHand.Complete(wordToComplete, found.Keys, name => $"{found[name].Name}, {Readable.Age(found[name].Time)} old");
    }
}
