using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of feeds: what the session at hand wants to be fed, by role.</summary>
public sealed class FeedCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        foreach (ModelSession session in SessionsAtHand.Find(commandAst, fakeBoundParameters))
        {
            string[] roles = [.. ((string[])[Roles.Inputs, Roles.Labels]).Where(role => session.Binding.Name(role) is not null)];
            string table = $"@{{ {string.Join("; ", roles.Select(role => $"{role} = "))}}}";
            yield return new CompletionResult(table, table, CompletionResultType.ParameterValue, $"what {session} is fed");
        }
    }
}
