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
            return SessionsAtHand.Complete(wordToComplete, stored.Keys, name => FilesAtHand.Tip(stored[name]));
        }

        // Roles first: they are short, and the same for every model.
        IReadOnlyList<ModelSession> sessions = SessionsAtHand.Find(commandAst, fakeBoundParameters);
        Dictionary<string, GraphTensor> tensors = [];
        foreach (ModelSession session in sessions)
        {
            foreach ((string role, string name) in session.Binding.Names.Where(pair => pair.Value.Contains(':', StringComparison.Ordinal)))
            {
                tensors.TryAdd(role, session.Tensor(name));
            }
        }

        foreach (GraphTensor tensor in sessions.SelectMany(session => session.Graph.Operations).SelectMany(operation => operation.Outputs))
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return SessionsAtHand.Complete(wordToComplete, tensors.Keys, name => $"{tensors[name]} ({tensors[name].Operation.Type})");
    }
}
