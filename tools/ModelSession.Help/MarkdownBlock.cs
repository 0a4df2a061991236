namespace ModelSessions.Help;

/// <summary>The kinds of blocks that help pages are made of.</summary>
internal enum BlockKind
{
    /// <summary><c>## Title</c>.</summary>
    Heading,

    /// <summary>Lines of text up to an empty one.</summary>
    Paragraph,

    /// <summary><c>- an item</c> of a list.</summary>
    Item,

    /// <summary>Lines between fences.</summary>
    Code,

    /// <summary><c>&lt;!-- … --&gt;</c>.</summary>
    Comment,
}

/// <summary>A block of a Markdown page.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Text">Its text: of code and comments as written, of others the source in one line.</param>
/// <param name="Level">Of a heading the number of its signs, of an item its indentation.</param>
/// <param name="Language">Of code what follows its fence.</param>
internal sealed record MarkdownBlock(BlockKind Kind, int Line, string Text, int Level = 0, string Language = "");
