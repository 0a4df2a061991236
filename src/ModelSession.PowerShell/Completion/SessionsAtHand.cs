using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The objects that a command line which is being typed is about.</summary>
internal static class SessionsAtHand
{
    /// <summary>The sessions that the command is given, or else all live ones.</summary>
    public static IReadOnlyList<ModelSession> Find(CommandAst command, IDictionary bound)
    {
        ModelSession[] given = [.. Given<ModelSession>(command, bound, "Session")];
        return given.Length > 0 ? given : ModelSession.Live;
    }

    /// <summary>The objects of one kind that the command is given by a parameter or by a variable that is piped into it.</summary>
    public static IEnumerable<T> Given<T>(CommandAst command, IDictionary bound, string parameter)
    {
        object? given = bound[parameter] ?? PipedVariable(command);
        return Tables.Plain(given) is T one ? [one] : LanguagePrimitives.GetEnumerable(given)?.Cast<object>().Select(Tables.Plain).OfType<T>() ?? [];
    }

    /// <summary>Those of some names that complete what was typed.</summary>
    public static IEnumerable<CompletionResult> Complete(string word, IEnumerable<string> names, Func<string, string> tip)
    {
        WildcardPattern pattern = Beginning(word.Trim('\'', '"'));
        return names.Where(pattern.IsMatch).Distinct(StringComparer.Ordinal)
            .Select(name => new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, tip(name)));
    }

    /// <summary>What names match that begin as was typed.</summary>
    public static WildcardPattern Beginning(string typed) =>
        new(typed.Replace("[", "`[", StringComparison.Ordinal) + "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);

    private static string Quote(string name) =>
        name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '/' or ':' or '.' or '-') && !name.StartsWith('-') ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

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
