using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes tensor names from the checkpoint or session that the command is given, or else from all live sessions.</summary>
public sealed class TensorNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] checkpoints = [.. FilesAtHand.Checkpoints(commandAst, fakeBoundParameters)];
        if (checkpoints.Length > 0)
        {
            Dictionary<string, CheckpointTensor> stored = checkpoints.SelectMany(FilesAtHand.Tensors).DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
            return SessionsAtHand.Complete(wordToComplete, stored.Keys, name => $"{stored[name]}");
        }

        Dictionary<string, GraphTensor> tensors = [];
        foreach (GraphTensor tensor in SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Operations).SelectMany(operation => operation.Outputs))
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return SessionsAtHand.Complete(wordToComplete, tensors.Keys, name => $"{tensors[name]} ({tensors[name].Operation.Type})");
    }
}
