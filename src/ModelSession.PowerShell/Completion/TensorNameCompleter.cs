using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes tensor names from the checkpoint or session that the command is given, or else from all live sessions.</summary>
public sealed class TensorNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] checkpoints = [.. FilesAtHand.Checkpoints(commandAst, fakeBoundParameters)];
        if (checkpoints.Length > 0)
        {
            CheckpointTensor[] stored = [.. checkpoints.SelectMany(FilesAtHand.Tensors)];
            return SessionsAtHand.Complete(wordToComplete, stored.Select(tensor => tensor.Name), name => $"{stored.First(tensor => tensor.Name == name)}");
        }

        Dictionary<string, GraphTensor> tensors = [];
        foreach (GraphTensor tensor in SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Operations).SelectMany(operation => operation.Outputs))
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return SessionsAtHand.Complete(wordToComplete, tensors.Keys, name => $"{tensors[name]} ({tensors[name].Operation.Type})");
    }
}
