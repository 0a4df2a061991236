namespace ModelSessions.Help;

/// <summary>What stands under a heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Line">Its line, from 1.</param>
internal sealed record Section(string Title, int Line)
{
    /// <summary>What stands under it, up to the first heading of the next level.</summary>
    public List<MarkdownBlock> Blocks { get; } = [];

    /// <summary>What stands under headings of the next level.</summary>
    public List<Section> Parts { get; } = [];
}
