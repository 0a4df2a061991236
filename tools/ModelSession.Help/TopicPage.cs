using System.Globalization;
using System.Text;

namespace ModelSessions.Help;

/// <summary>Writes a page about a topic as text of 80 columns, as Get-Help shows it.</summary>
internal static class TopicPage
{
    private const int Columns = 80;
    private const string Margin = "    ";

    /// <summary>The text of a page.</summary>
    public static string Text(string path, List<Fault> faults)
    {
        List<MarkdownBlock> blocks = Markdown.Read(path, faults);
        string name = Path.GetFileNameWithoutExtension(path);
        Check(path, name, blocks, faults);
        StringBuilder text = new();
        BlockKind? before = null;
        foreach (MarkdownBlock block in blocks.Where(block => block.Kind != BlockKind.Comment))
        {
            // Get-Help takes the fifth line for the synopsis: nothing comes between the second heading and its text.
            bool close = before is null or BlockKind.Heading || (before == BlockKind.Item && block.Kind == BlockKind.Item);
            text.Append(close ? "" : "\n").Append(Shown(block, name)).Append('\n');
            foreach (string line in block.Kind == BlockKind.Code ? block.Text.Split('\n').Where(line => line.Length + (2 * Margin.Length) > Columns) : [])
            {
                faults.Add(new(path, block.Line, $"a line of code is {line.Length} characters long; {Columns - (2 * Margin.Length)} are shown: {line}"));
            }

            before = block.Kind;
        }

        return text.ToString();
    }

    private static void Check(string path, string name, List<MarkdownBlock> blocks, List<Fault> faults)
    {
        if (blocks is not [{ Kind: BlockKind.Heading, Level: 1 } title, { Kind: BlockKind.Heading, Level: 2, Text: "Short description" }, { Kind: BlockKind.Paragraph } sentence, ..])
        {
            faults.Add(new(path, 1, $"a page about a topic begins with '# {name}', '## Short description' and a sentence."));
        }
        else if (title.Text != name)
        {
            faults.Add(new(path, title.Line, $"the title is '{title.Text}', the file is of {name}."));
        }
        else if (sentence.Text.Length > Columns - Margin.Length)
        {
            faults.Add(new(path, sentence.Line, $"the short description is {sentence.Text.Length} characters long; lists of topics show one line of {Columns - Margin.Length}."));
        }
    }

    private static string Shown(MarkdownBlock block, string name) => block switch
    {
        { Kind: BlockKind.Heading, Level: 1 } => $"TOPIC\n{Margin}{name}\n",
        { Kind: BlockKind.Heading, Level: 2 } => Markdown.Plain(block.Text).ToUpper(CultureInfo.InvariantCulture),
        { Kind: BlockKind.Heading } => $"  {Markdown.Plain(block.Text)}",
        { Kind: BlockKind.Code } => string.Join('\n', block.Text.Split('\n').Select(line => line.Length == 0 ? "" : Margin + Margin + line)),
        { Kind: BlockKind.Item } => Wrap(Markdown.Plain(block.Text), $"{Margin}{new string(' ', block.Level)}- ", $"{Margin}{new string(' ', block.Level)}  "),
        _ => Wrap(Markdown.Plain(block.Text), Margin, Margin),
    };

    private static string Wrap(string text, string first, string further)
    {
        StringBuilder wrapped = new();
        string line = first;
        bool isEmpty = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Columns)
            {
                wrapped.Append(line).Append('\n');
                (line, isEmpty) = (further, true);
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        return wrapped.Append(line).ToString();
    }
}
