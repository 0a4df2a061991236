using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The base of all completers. While a line is being typed nothing fails: what cannot be told completes nothing.</summary>
public abstract class Completer : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return [.. CompleteParameter(parameterName, wordToComplete, commandAst, fakeBoundParameters)];
        }
        catch (Exception error) when (error is not (OutOfMemoryException or PipelineStoppedException))
        {
            // A closed session, a file that is just being written, anything: the prompt is no place for it.
            return [];
        }
    }

    /// <summary>What completes a word that is given to a parameter.</summary>
    private protected virtual IEnumerable<CompletionResult> CompleteParameter(string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Complete(wordToComplete, commandAst, fakeBoundParameters);

    /// <summary>What completes a word.</summary>
    private protected abstract IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters);
}
