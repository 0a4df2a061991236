using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes training operations: the roles of the session at hand that begin with train, and its other operations.</summary>
public sealed class TrainOperationCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<ModelSession> sessions = SessionsAtHand.Find(commandAst, fakeBoundParameters);
        IEnumerable<string> roles = sessions.SelectMany(session => session.Binding.Keys).Where(role => role.StartsWith(Roles.Train, StringComparison.Ordinal));
        IEnumerable<string> operations = sessions.SelectMany(session => session.Graph.Operations).Where(operation => operation.Type == "NoOp").Select(operation => operation.Name);
        return SessionsAtHand.Complete(wordToComplete, roles.Concat(operations), name => $"training operation {name}");
    }
}
