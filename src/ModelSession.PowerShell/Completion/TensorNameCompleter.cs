using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes tensor names from the session that the command is given, or else from all live ones.</summary>
public sealed class TensorNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        Dictionary<string, GraphTensor> tensors = [];
        foreach (GraphTensor tensor in SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Operations).SelectMany(operation => operation.Outputs))
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return SessionsAtHand.Complete(wordToComplete, tensors.Keys, name => $"{tensors[name]} ({tensors[name].Operation.Type})");
    }
}
