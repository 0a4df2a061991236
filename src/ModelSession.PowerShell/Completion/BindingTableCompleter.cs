using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of the roles that a training, a test and a prediction go by.</summary>
public sealed class BindingTableCompleter : Completer
{
    private static readonly (string Role, string Meaning)[] s_roles =
    [
        (Roles.Inputs, "what is fed of an example"), (Roles.Labels, "what is fed of its label"), (Roles.Predictions, "what the model says"),
        (Roles.Loss, "what is made less"), (Roles.Train, "the operation that makes a step"),
    ];

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        TableText.Complete([.. s_roles.Select(role => (role.Role, (string?)"''"))], name => $"{name}: {s_roles.First(role => role.Role == name).Meaning}");
}
