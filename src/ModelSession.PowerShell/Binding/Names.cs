using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Names with wildcards.</summary>
internal static class Names
{
    /// <summary>The variables of a session that patterns mean.</summary>
    /// <exception cref="GraphException">A pattern means none.</exception>
    public static string[] Expand(IEnumerable<string> patterns, ModelSession session)
    {
        string[] variables = [.. session.Variables.Select(variable => variable.Name)];
        return
        [
            .. patterns.SelectMany(pattern =>
            {
                WildcardPattern wildcard = new(pattern, WildcardOptions.CultureInvariant);
                string[] found = [.. variables.Where(wildcard.IsMatch)];
                return found.Length > 0 ? found : throw new GraphException(
                    StatusCode.NotFound, $"The session has no variable '{pattern}'.{NearestNames.Hint(pattern, variables)}", pattern);
            }).Distinct(),
        ];
    }
}
