using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of engines.</summary>
public sealed class EngineCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(wordToComplete, Engines.All.Select(engine => engine.Name), name => $"{name}: {EngineChoice.Among(Engines.All, name)[0].Description}");
}
