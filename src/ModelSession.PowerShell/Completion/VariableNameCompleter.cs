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
        Dictionary<string, string> tips = [];
        foreach (CheckpointTensor tensor in fakeBoundParameters.Contains("Session") ? [] : FilesAtHand.Checkpoints(commandAst, fakeBoundParameters).SelectMany(FilesAtHand.Tensors))
        {
            tips.TryAdd(tensor.Name, FilesAtHand.Tip(tensor));
        }

        foreach (VariableInfo variable in tips.Count > 0 ? [] : SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Variables))
        {
            tips.TryAdd(variable.Name, $"{variable.Name} {variable.DType.Name()} {variable.Shape}{(variable.IsInitialized ? "" : ", without a value")}");
        }

        return SessionsAtHand.Complete(wordToComplete, tips.Keys, name => tips[name]);
    }
}
