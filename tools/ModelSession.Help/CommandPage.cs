namespace ModelSessions.Help;

/// <summary>The page of a cmdlet: its prose.</summary>
internal sealed class CommandPage
{
    private const int LeastExamples = 3;

    private readonly string _path;
    private readonly List<Fault> _faults;
    private readonly Dictionary<string, Section> _sections = new(StringComparer.OrdinalIgnoreCase);

    private CommandPage(string path, List<Fault> faults)
    {
        _path = path;
        _faults = faults;
    }

    /// <summary>The name of the cmdlet.</summary>
    public string Name => Path.GetFileNameWithoutExtension(_path);

    /// <summary>What it does, in a sentence.</summary>
    public string Synopsis { get; private set; } = "";

    /// <summary>What it does.</summary>
    public IReadOnlyList<MarkdownBlock> Description => Blocks("Description");

    /// <summary>Examples: a title, then blocks.</summary>
    public IReadOnlyList<Section> Examples => Parts("Examples");

    /// <summary>Parameters by name: <c>-Name</c>, then blocks.</summary>
    public IReadOnlyList<Section> Parameters => Parts("Parameters");

    /// <summary>Types that it takes from the pipeline.</summary>
    public IReadOnlyList<Section> Inputs => Parts("Inputs");

    /// <summary>Types that it emits.</summary>
    public IReadOnlyList<Section> Outputs => Parts("Outputs");

    /// <summary>What else there is to know.</summary>
    public IReadOnlyList<MarkdownBlock> Notes => Blocks("Notes");

    /// <summary>Links: one in each item.</summary>
    public IReadOnlyList<MarkdownBlock> Links => Blocks("Related links");

    /// <summary>Reads a page and says what is wrong with it.</summary>
    public static CommandPage Read(string path, CommandSurface? command, List<Fault> faults)
    {
        CommandPage page = new(path, faults);
        page.Split(Markdown.Read(path, faults));
        page.Check(command);
        return page;
    }

    /// <summary>The prose of a parameter; null if the page has none.</summary>
    public Section? Parameter(string name) => Parameters.FirstOrDefault(part => IsNamed(part, name));

    private static bool IsNamed(Section part, string name) => string.Equals(part.Title.Split(' ')[0], $"-{name}", StringComparison.OrdinalIgnoreCase);

    private void Split(List<MarkdownBlock> blocks)
    {
        Section? section = null;
        Section? part = null;
        foreach (MarkdownBlock block in blocks)
        {
            switch (block)
            {
                case { Kind: BlockKind.Heading, Level: 1 }:
                    if (block.Text != Name)
                    {
                        Refuse(block.Line, $"the title is '{block.Text}', the file is of {Name}.");
                    }

                    break;
                case { Kind: BlockKind.Heading, Level: 2 }:
                    (section, part) = (new(block.Text, block.Line), null);
                    if (!_sections.TryAdd(block.Text, section))
                    {
                        Refuse(block.Line, $"there are two sections '{block.Text}'.");
                    }

                    break;
                case { Kind: BlockKind.Heading }:
                    part = new(Markdown.Plain(block.Text), block.Line);
                    section?.Parts.Add(part);
                    break;
                default:
                    (part ?? section)?.Blocks.Add(block);
                    break;
            }
        }
    }

    private void Check(CommandSurface? command)
    {
        string[] known = ["Synopsis", "Description", "Examples", "Parameters", "Inputs", "Outputs", "Notes", "Related links"];
        foreach (string missing in known.Where(name => name != "Notes" && !_sections.ContainsKey(name)))
        {
            Refuse(1, $"there is no section '## {missing}'.");
        }

        foreach (Section other in _sections.Values.Where(section => !known.Contains(section.Title, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse(other.Line, $"'{other.Title}' is no section of a help page. There are {string.Join(", ", known)}.");
        }

        Synopsis = Blocks("Synopsis") is [{ Kind: BlockKind.Paragraph } sentence] ? Markdown.Plain(sentence.Text) : "";
        if (_sections.TryGetValue("Synopsis", out Section? synopsis) && Synopsis.Length == 0)
        {
            Refuse(synopsis.Line, "the synopsis is one sentence.");
        }

        if (_sections.TryGetValue("Description", out Section? description) && description.Blocks.Count == 0)
        {
            Refuse(description.Line, "the description is empty.");
        }

        CheckExamples();
        CheckLinks();
        if (command is null)
        {
            Refuse(1, $"the module has no cmdlet {Name}.");
        }
        else
        {
            CheckParameters(command);
        }
    }

    private void CheckExamples()
    {
        if (_sections.TryGetValue("Examples", out Section? section) && section.Parts.Count < LeastExamples)
        {
            Refuse(section.Line, $"there are {section.Parts.Count} examples; a page has {LeastExamples} or more.");
        }

        foreach (Section example in Examples.Where(example => !example.Blocks.Exists(block => block is { Kind: BlockKind.Code, Language: "powershell" })))
        {
            Refuse(example.Line, $"'{example.Title}' has no block of code that begins with ```powershell.");
        }
    }

    private void CheckParameters(CommandSurface command)
    {
        int line = _sections.GetValueOrDefault("Parameters")?.Line ?? 1;
        foreach (string missing in command.Parameters.Where(parameter => parameter.CommonText is null && Parameter(parameter.Name) is null).Select(parameter => parameter.Name))
        {
            Refuse(line, $"there is no '### -{missing}'; {Name} has this parameter.");
        }

        foreach (Section part in Parameters)
        {
            if (!command.Parameters.Any(parameter => IsNamed(part, parameter.Name)))
            {
                Refuse(part.Line, $"{Name} has no parameter '{part.Title}'.");
            }
            else if (part.Blocks.Count == 0)
            {
                Refuse(part.Line, $"'{part.Title}' is not described.");
            }
        }

        foreach (IGrouping<string, Section> twice in Parameters.GroupBy(part => part.Title.Split(' ')[0], StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            Refuse(twice.Last().Line, $"'{twice.Key}' is described twice.");
        }
    }

    private void CheckLinks()
    {
        foreach (MarkdownBlock block in Links)
        {
            if (RelatedLink.Of(block.Text) is not { } link)
            {
                Refuse(block.Line, "a related link is an item such as '- [Test-Model](Test-Model.md)'.");
            }
            else if (link.Address is null && !File.Exists(Path.Combine(Path.GetDirectoryName(_path)!, link.Target)))
            {
                Refuse(block.Line, $"there is no '{link.Target}' beside this page.");
            }
        }
    }

    private void Refuse(int line, string message) => _faults.Add(new(_path, line, message));

    private List<MarkdownBlock> Blocks(string section) => _sections.GetValueOrDefault(section)?.Blocks ?? [];

    private List<Section> Parts(string section) => _sections.GetValueOrDefault(section)?.Parts ?? [];
}
