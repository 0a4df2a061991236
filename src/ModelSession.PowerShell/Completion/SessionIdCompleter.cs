using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the numbers of live sessions.</summary>
public sealed class SessionIdCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        ModelSession.Live.Where(session => session.Id.ToString(CultureInfo.InvariantCulture).StartsWith(wordToComplete, StringComparison.Ordinal))
            .Select(session => new CompletionResult(session.Id.ToString(CultureInfo.InvariantCulture), $"{session.Id}  {session}", CompletionResultType.ParameterValue, session.ToString()));
}
