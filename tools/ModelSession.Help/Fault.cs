namespace ModelSessions.Help;

/// <summary>What is wrong with a page.</summary>
/// <param name="Path">The page.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong, and how to put it right.</param>
internal sealed record Fault(string Path, int Line, string Message)
{
    /// <summary>In the form that MSBuild and editors understand.</summary>
    public override string ToString() => $"{Path}({Line}): error HELP: {Message}";
}
