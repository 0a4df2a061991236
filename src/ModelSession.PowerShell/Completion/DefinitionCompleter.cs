using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSessions.Models;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of ready-made model definitions.</summary>
public sealed class DefinitionCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        KnownModels.Names.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, Tip(name)));

    private static string Tip(string name) =>
        $"{name}: {string.Join(", ", KnownModels.Create(name).Structure().Select(parameter => $"-{parameter.Key} {Text(parameter.Value)}"))}";

    private static string Text(object? value) => value is IEnumerable list and not string ? string.Join(',', list.Cast<object>().Select(each => $"{each}")) : $"{value}";
}
