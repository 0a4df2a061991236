using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of the structure that the model has which is to be restored.</summary>
public sealed class StructureTableCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        FilesAtHand.Graphs(commandAst, fakeBoundParameters).Take(1).Select(path => FilesAtHand.Try(() => ModelParameters.Of(path))).OfType<ModelParameters>()
            .SelectMany(structure => TableText.Complete([.. structure.Select(pair => (pair.Key, (string?)Text(pair.Value)))], name => $"the model has the {name} {structure[name]}"));

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "$true" : "$false",
        string text => TableText.Text(text),
        IEnumerable list => $"@({string.Join(", ", list.Cast<object>().Select(Text))})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
