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
        string word = wordToComplete.Trim('\'', '"');
        WildcardPattern pattern = new(word + "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return Sessions(commandAst, fakeBoundParameters)
            .SelectMany(session => session.Graph.Operations).SelectMany(operation => operation.Outputs)
            .Where(tensor => pattern.IsMatch(tensor.Name))
            .DistinctBy(tensor => tensor.Name)
            .Select(tensor => new CompletionResult(tensor.Name, tensor.Name, CompletionResultType.ParameterValue, $"{tensor} ({tensor.Operation.Type})"));
    }

    private static IEnumerable<ModelSession> Sessions(CommandAst command, IDictionary bound)
    {
        object? given = bound["Session"] ?? PipedVariable(command);
        ModelSession[] sessions = [.. LanguagePrimitives.GetEnumerable(given)?.Cast<object>().Select(Tables.Plain).OfType<ModelSession>() ?? []];
        return Tables.Plain(given) is ModelSession one ? [one] : sessions.Length > 0 ? sessions : ModelSession.Live;
    }

    // The value of $s in '$s | Get-GraphTensor …'. Nothing else is evaluated while a line is being typed.
    private static PSObject? PipedVariable(CommandAst command)
    {
        if (command.Parent is not PipelineAst { PipelineElements: [CommandExpressionAst { Expression: VariableExpressionAst variable }, ..] })
        {
            return null;
        }

        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Get-Variable").AddParameter("Name", variable.VariablePath.UserPath).AddParameter("ValueOnly")
            .AddParameter("ErrorAction", "Ignore").Invoke().FirstOrDefault();
    }
}
