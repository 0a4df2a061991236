using System.Text.RegularExpressions;

namespace ModelSessions.Help;

/// <summary>A link to another page.</summary>
/// <param name="Text">What it is called.</param>
/// <param name="Target">A file beside the page, or an address.</param>
internal sealed partial record RelatedLink(string Text, string Target)
{
    /// <summary>The address in the web; null for a page of ours.</summary>
    public string? Address => Target.StartsWith("https://", StringComparison.Ordinal) ? Target : null;

    /// <summary>The link in <c>[text](target)</c>; null if it is none.</summary>
    public static RelatedLink? Of(string text) =>
        Form().Match(text) is { Success: true } match ? new(Markdown.Plain(match.Groups[1].Value), match.Groups[2].Value) : null;

    [GeneratedRegex(@"^\[([^\]]+)\]\(([^)\s]+)\)$")]
    private static partial Regex Form();
}
