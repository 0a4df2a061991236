using System.Xml.Linq;

namespace ModelSessions.Help;

/// <summary>Writes the help of cmdlets in the form that Get-Help reads.</summary>
internal sealed class Maml(string module, string? online)
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of all cmdlets.</summary>
    public XDocument Document(IEnumerable<(CommandSurface Command, CommandPage Page)> commands) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            s_root + "helpItems",
            new XAttribute("schema", "maml"),
            // Short, since they stand before each name: an eighth of the file.
            new XAttribute(XNamespace.Xmlns + "m", s_maml),
            new XAttribute(XNamespace.Xmlns + "c", s_command),
            new XAttribute(XNamespace.Xmlns + "d", s_dev),
            commands.Select(pair => Command(pair.Command, pair.Page))));

    private XElement Command(CommandSurface command, CommandPage page) => new(
        s_command + "command",
        new XElement(
            s_command + "details",
            new XElement(s_command + "name", command.Name),
            new XElement(s_command + "verb", command.Name.Split('-')[0]),
            new XElement(s_command + "noun", command.Name.Split('-')[1]),
            Description([page.Synopsis])),
        Description([.. Prose(page.Description), $"Where another module has a command of this name, this one is {module}\\{command.Name}."]),
        new XElement(s_command + "syntax", command.Sets.Select(set => SyntaxItem(command, set))),
        new XElement(s_command + "parameters", command.Parameters.Select(parameter => Parameter(parameter, Union(parameter), page.Parameter(parameter.Name)))),
        new XElement(s_command + "inputTypes", page.Inputs.Select(type => Typed(s_command + "inputType", type))),
        new XElement(s_command + "returnValues", page.Outputs.Select(type => Typed(s_command + "returnValue", type))),
        page.Notes.Count == 0 ? null : new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(Prose(page.Notes)))),
        new XElement(s_command + "examples", page.Examples.Select(Example)),
        new XElement(s_command + "relatedLinks", Online(command), page.Links.Select(item => RelatedLink.Of(item.Text)).OfType<RelatedLink>().Select(link => Link(link.Text, link.Address))));

    // In the order of PowerShell's own syntax: by position, then what must be given, then the rest.
    private static XElement SyntaxItem(CommandSurface command, string set) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", command.Name),
        command.Parameters.Select(parameter => (Parameter: parameter, Use: parameter.In(set)))
            .Where(pair => pair.Use is not null && !pair.Parameter.IsDynamic)
            .OrderBy(pair => pair.Use!.Position ?? int.MaxValue).ThenBy(pair => !pair.Use!.IsMandatory)
            .Select(pair => Parameter(pair.Parameter, pair.Use!, null)));

    private static XElement Parameter(ParameterSurface parameter, ParameterUse use, Section? prose)
    {
        bool inSyntax = prose is null && parameter.CommonText is null;
        string type = TypeNames.Of(parameter.Type);
        return new(
            s_command + "parameter",
            new XAttribute("required", use.IsMandatory ? "true" : "false"),
            new XAttribute("position", use.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named"),
            inSyntax ? null : Details(parameter, use),
            new XElement(s_maml + "name", parameter.Name),
            inSyntax ? null : Description([.. parameter.CommonText is { } common && prose is null ? [common] : Prose(prose!.Blocks), .. Values(parameter)]),
            inSyntax && parameter.Words.Count is > 0 and <= 8
                ? new XElement(s_command + "parameterValueGroup", parameter.Words.Select(word => new XElement(s_command + "parameterValue", new XAttribute("required", "false"), word)))
                : null,
            parameter.IsSwitch ? null : new XElement(s_command + "parameterValue", new XAttribute("required", "true"), type),
            inSyntax ? null : new XElement(s_dev + "type", new XElement(s_maml + "name", type)),
            inSyntax ? null : new XElement(s_dev + "defaultValue", parameter.Default ?? (parameter.IsSwitch ? "False" : "None")));
    }

    // What the line of a syntax does not show; it would be a fifth of the file.
    private static XAttribute[] Details(ParameterSurface parameter, ParameterUse use) =>
    [
        new("variableLength", parameter.Type.IsArray ? "true" : "false"),
        new("globbing", parameter.Globs ? "true" : "false"),
        new("pipelineInput", Pipeline(use)),
        new("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
    ];

    private static string[] Values(ParameterSurface parameter) => parameter switch
    {
        { Words.Count: > 0 } => [$"Accepted values: {string.Join(", ", parameter.Words)}."],
        { Range: { } range } when !range.Greatest.Contains('E', StringComparison.Ordinal) && range.Greatest.Length < 10 => [$"Accepted values: {range.Least} to {range.Greatest}."],
        _ => [],
    };

    // What it is in any set; the sets tell the rest.
    private static ParameterUse Union(ParameterSurface parameter) => new(
        ParameterUse.AllSets,
        parameter.Uses.All(use => use.IsMandatory),
        parameter.Uses.Min(use => use.Position),
        parameter.Uses.Any(use => use.ByValue),
        parameter.Uses.Any(use => use.ByName));

    private static string Pipeline(ParameterUse use) => (use.ByValue, use.ByName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static XElement Typed(XName name, Section type) => new(
        name, new XElement(s_dev + "type", new XElement(s_maml + "name", type.Title)), Description(Prose(type.Blocks)));

    // As built-in help has them: the commands, what they print, what is to be said; an empty line parts it from the next one.
    private static XElement Example(Section example)
    {
        MarkdownBlock[] after = [.. example.Blocks.SkipWhile(block => block is not { Kind: BlockKind.Code, Language: "powershell" }).Skip(1)];
        MarkdownBlock[] before = [.. example.Blocks.TakeWhile(block => block is not { Kind: BlockKind.Code, Language: "powershell" })];
        string code = example.Blocks.FirstOrDefault(block => block is { Kind: BlockKind.Code, Language: "powershell" })?.Text ?? "";
        return new(
            s_command + "example",
            new XElement(s_maml + "title", $"-------- {example.Title} --------"),
            new XElement(s_dev + "code", code),
            new XElement(s_dev + "remarks", Paragraphs([.. after.Where(block => block.Kind == BlockKind.Code).Select(block => block.Text), .. Prose([.. before, .. after.Where(block => block.Kind != BlockKind.Code)]), ""])));
    }

    private XElement? Online(CommandSurface command) => online is null ? null : Link("Online version", $"{online}{command.Name}.md");

    private static XElement Link(string text, string? address) => new(
        s_maml + "navigationLink", new XElement(s_maml + "linkText", text), new XElement(s_maml + "uri", address ?? ""));

    private static XElement Description(IEnumerable<string> paragraphs) => new(s_maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(text => new XElement(s_maml + "para", text));

    // Items of a list that follow each other are one paragraph: no empty lines between them.
    private static List<string> Prose(IEnumerable<MarkdownBlock> blocks)
    {
        List<string> paragraphs = [];
        bool inList = false;
        foreach (MarkdownBlock block in blocks.Where(block => block.Kind != BlockKind.Comment))
        {
            string text = block.Kind switch
            {
                BlockKind.Code => string.Join('\n', block.Text.Split('\n').Select(line => $"    {line}")),
                BlockKind.Item => $"{new string(' ', block.Level)}- {Markdown.Plain(block.Text)}",
                _ => Markdown.Plain(block.Text),
            };
            if (inList && block.Kind == BlockKind.Item)
            {
                paragraphs[^1] += "\n" + text;
            }
            else
            {
                paragraphs.Add(text);
            }

            inList = block.Kind == BlockKind.Item;
        }

        return paragraphs;
    }
}
