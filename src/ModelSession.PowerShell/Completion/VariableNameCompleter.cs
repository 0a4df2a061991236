using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of variables: of the session that the command is given, of the checkpoint that it is given, or else of all live
/// sessions.</summary>
public sealed class VariableNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] stored = [.. FilesAtHand.Checkpoints(commandAst, fakeBoundParameters).SelectMany(FilesAtHand.Tensors).Select(tensor => tensor.Name)];
        IEnumerable<string> live = SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Variables).Select(variable => variable.Name);
        return SessionsAtHand.Complete(wordToComplete, fakeBoundParameters.Contains("Session") || stored.Length == 0 ? live : stored, name => $"variable {name}");
    }
}
