using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes scopes of names: those of the session that the command is given, of the checkpoint that it is given, or else of all live
/// sessions.</summary>
public sealed class ScopeCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] stored = [.. FilesAtHand.Checkpoints(commandAst, fakeBoundParameters).SelectMany(FilesAtHand.Tensors).Select(tensor => tensor.Name)];
        IEnumerable<string> live = SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Operations).Select(operation => operation.Name);
        bool isLive = fakeBoundParameters.Contains("Session") || SessionsAtHand.Given<ModelSession>(commandAst, fakeBoundParameters, "Session").Any() || stored.Length == 0;
        return SessionsAtHand.Complete(wordToComplete, (isLive ? live : stored).SelectMany(Scopes), scope => $"names that begin with {scope}/");
    }

    // 'a/b/c' stands in the scopes a and a/b.
    private static IEnumerable<string> Scopes(string name)
    {
        for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
        {
            yield return name[..slash];
        }
    }
}
