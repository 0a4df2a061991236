using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the variables of the prompt that hold a session.</summary>
public sealed class SessionCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return [.. shell.AddCommand("Get-Variable").Invoke<PSVariable>()
            .Select(variable => (variable.Name, Session: Tables.Plain(variable.Value) as ModelSession))
            .Where(held => held.Session is { IsDisposed: false } && held.Name != "_" && $"${held.Name}".StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(held => (Text: held.Name.All(letter => char.IsLetterOrDigit(letter) || letter == '_') ? $"${held.Name}" : $"${{{held.Name}}}", held.Session))
            .Select(held => new CompletionResult(held.Text, held.Text, CompletionResultType.Variable, $"{held.Session!.Id}: {held.Session}"))];
    }
}
