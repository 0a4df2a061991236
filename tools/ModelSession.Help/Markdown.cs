using System.Text.RegularExpressions;

namespace ModelSessions.Help;

/// <summary>Reads the Markdown that help pages are written in: headings, paragraphs, lists, fenced code, comments.</summary>
internal static partial class Markdown
{
    private const string Fence = "```";

    /// <summary>The blocks of a page.</summary>
    public static List<MarkdownBlock> Read(string path, List<Fault> faults)
    {
        string[] lines = File.ReadAllLines(path);
        List<MarkdownBlock> blocks = [];
        int next = 0;
        while (next < lines.Length)
        {
            int line = next + 1;
            string text = lines[next];
            string trimmed = text.Trim();
            if (trimmed.Length == 0)
            {
                next++;
            }
            else if (trimmed.StartsWith(Fence, StringComparison.Ordinal))
            {
                string code = Until(lines, ref next, end => end.Trim() == Fence, path, faults);
                blocks.Add(new(BlockKind.Code, line, code, Language: trimmed[Fence.Length..].Trim()));
            }
            else if (trimmed.StartsWith("<!--", StringComparison.Ordinal))
            {
                blocks.Add(new(BlockKind.Comment, line, Comment(lines, ref next, path, faults)));
            }
            else if (HeadingForm().Match(text) is { Success: true } heading)
            {
                blocks.Add(new(BlockKind.Heading, line, heading.Groups[2].Value.Trim(), heading.Groups[1].Length));
                next++;
            }
            else if (trimmed.StartsWith('|'))
            {
                faults.Add(new(path, line, "a table. A terminal shows none; write a list."));
                next++;
            }
            else
            {
                blocks.Add(Prose(lines, ref next));
            }
        }

        return blocks;
    }

    /// <summary>Text as a terminal shows it: without the signs of links, code and emphasis.</summary>
    public static string Plain(string text) => InlineForm().Replace(text, match =>
        match.Groups["code"] is { Success: true } code ? code.Value.Trim()
        : match.Groups["label"] is { Success: true } label ? Link(label.Value, match.Groups["target"].Value)
        : match.Groups["strong"].Value + match.Groups["emphasis"].Value);

    private static string Link(string label, string target)
    {
        string plain = Plain(label);
        return target.StartsWith("http", StringComparison.Ordinal) && target != plain ? $"{plain} ({target})" : plain;
    }

    private static MarkdownBlock Prose(string[] lines, ref int next)
    {
        int first = next;
        Match item = ItemForm().Match(lines[next]);
        List<string> parts = [item.Success ? item.Groups[2].Value.Trim() : lines[next].Trim()];
        for (next++; next < lines.Length && Continues(lines[next]); next++)
        {
            parts.Add(lines[next].Trim());
        }

        return new(item.Success ? BlockKind.Item : BlockKind.Paragraph, first + 1, string.Join(' ', parts), item.Groups[1].Length);
    }

    private static bool Continues(string line) => line.Trim() is { Length: > 0 } text && !text.StartsWith(Fence, StringComparison.Ordinal)
        && !text.StartsWith("<!--", StringComparison.Ordinal) && !HeadingForm().IsMatch(line) && !ItemForm().IsMatch(line);

    private static string Comment(string[] lines, ref int next, string path, List<Fault> faults)
    {
        const string end = "-->";
        string first = lines[next].Trim()["<!--".Length..];
        if (first.EndsWith(end, StringComparison.Ordinal))
        {
            next++;
            return first[..^end.Length].Trim();
        }

        return $"{first}\n{Until(lines, ref next, line => line.Trim() == end, path, faults)}".Trim();
    }

    // The lines after this one up to an end, which is passed.
    private static string Until(string[] lines, ref int next, Func<string, bool> isEnd, string path, List<Fault> faults)
    {
        int first = next;
        List<string> inside = [];
        for (next++; next < lines.Length && !isEnd(lines[next]); next++)
        {
            inside.Add(lines[next].TrimEnd());
        }

        if (next == lines.Length)
        {
            faults.Add(new(path, first + 1, "what begins here has no end."));
        }

        next++;
        return string.Join('\n', inside);
    }

    [GeneratedRegex(@"^(#{1,6}) +(.+)$")]
    private static partial Regex HeadingForm();

    [GeneratedRegex(@"^( *)[-*] +(.+)$")]
    private static partial Regex ItemForm();

    [GeneratedRegex(@"(?<ticks>`+)(?<code>.+?)\k<ticks>|\[(?<label>[^\]]+)\]\((?<target>[^)\s]+)\)|\*\*(?<strong>.+?)\*\*|(?<![\w*])\*(?<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])")]
    private static partial Regex InlineForm();
}
