using System.Text;
using System.Xml;
using System.Xml.Linq;
using ModelSessions.Help;

if (args is not [var assembly, var pages, var target, .. var rest])
{
    Console.Error.WriteLine("ModelSession.Help ASSEMBLY PAGES TARGET [ADDRESS]: compiles the pages of a module's cmdlets, and those about topics, for Get-Help.");
    return 2;
}

List<Fault> faults = [];
List<(CommandSurface Command, CommandPage Page)> commands = [];
List<CommandSurface> surface = SurfaceReader.Read(assembly);
foreach (string path in Directory.GetFiles(pages, "*-*.md").Order(StringComparer.Ordinal))
{
    CommandSurface? command = surface.Find(known => known.Name == Path.GetFileNameWithoutExtension(path));
    CommandPage page = CommandPage.Read(path, command, faults);
    if (command is not null)
    {
        commands.Add((command, page));
    }
}

faults.AddRange(surface.Select(command => command.Name).Except(commands.Select(pair => pair.Command.Name))
    .Select(missing => new Fault(Path.Combine(pages, $"{missing}.md"), 1, "there is no such page, but the cmdlet.")));
Dictionary<string, string> topics = Directory.GetFiles(pages, "about_*.md").ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => TopicPage.Text(path, faults));
if (faults.Count > 0)
{
    faults.ForEach(Console.WriteLine);
    return 1;
}

Directory.CreateDirectory(target);
foreach ((string name, string text) in topics)
{
    File.WriteAllText(Path.Combine(target, $"{name}.help.txt"), text);
}

XDocument document = new Maml("ModelSession", rest.FirstOrDefault(address => address.Length > 0)).Document(commands);
using XmlWriter writer = XmlWriter.Create(Path.Combine(target, $"{Path.GetFileName(assembly)}-Help.xml"), new XmlWriterSettings { Encoding = new UTF8Encoding(false), NewLineChars = "\n" });
document.Save(writer);
return 0;
