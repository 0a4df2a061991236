using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of variables by their names in a checkpoint: of those that no variable has, with the nearest that is not there; else of
/// all.</summary>
public sealed class MapCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        Dictionary<string, string> tips = [];
        foreach (CheckpointTensor tensor in FilesAtHand.Checkpoints(commandAst, fakeBoundParameters).SelectMany(FilesAtHand.Tensors))
        {
            tips.TryAdd(tensor.Name, FilesAtHand.Tip(tensor));
        }

        IEnumerable<ModelSession> given = SessionsAtHand.Given<ModelSession>(commandAst, fakeBoundParameters, "Session");
        string[] variables = given.Any() ? [.. given.SelectMany(session => session.Variables).Select(variable => variable.Name).Distinct()]
            : [.. GraphAtHand.Nodes(commandAst, fakeBoundParameters).Where(node => node.Type is "Variable" or "VariableV2" or "VarHandleOp").Select(node => node.Name)];
        if (tips.Count == 0)
        {
            // What is saved gets other names.
            return TableText.Complete([.. variables.Select(name => (name, (string?)TableText.Text(name)))], name => $"the variable {name}, which may get another name in the checkpoint");
        }

        string[] idle = [.. tips.Keys.Except(variables)], missing = [.. variables.Except(tips.Keys)];
        return idle.Length > 0 && missing.Length > 0
            ? TableText.Complete([.. idle.Select(name => (name, (string?)TableText.Text(NearestNames.To(name, missing, 1) is [var near] ? near : missing.Length == 1 ? missing[0] : "")))], name => tips[name])
            : TableText.Complete([.. tips.Keys.Select(name => (name, (string?)TableText.Text(name)))], name => tips[name]);
    }
}
