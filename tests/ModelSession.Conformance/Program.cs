using System.CommandLine;
using System.IO.Enumeration;
using ModelSessions;
using ModelSessions.Conformance;
using ModelSessions.Conformance.Files;
using ModelSessions.Conformance.Models;
using ModelSessions.Conformance.Ops;
using ModelSessions.Conformance.Shapes;

RootCommand root = new("Runs golden cases made by TensorFlow on our engines.")
{
    Suite("files", "Reads and writes files of all formats (schema of golden/files).", (folder, filter) => new FileSuite(folder, new CpuEngine()).Run(filter)),
    Suite("ops", "Runs op cases (schema of golden/ops).", (folder, filter) =>
    {
        using OpSuite suite = new(folder, new CpuEngine());
        return [.. suite.Run(filter)];
    }),
    ShapeCommand(),
    Suite("models", "Runs training graphs (schema of golden/models).", (folder, filter) => new ModelSuite(folder, new CpuEngine()).Run(filter)),
};
return root.Parse(args).Invoke();

static Command ShapeCommand()
{
    Argument<FileInfo> file = new Argument<FileInfo>("FILE") { Description = "The file with TensorFlow's shapes." }.AcceptExistingOnly();
    return Complete(new("shapes", "Compares the static shapes of graphs (schema of golden/shapes).") { file },
        (parsed, filter) => new ShapeSuite(parsed.GetRequiredValue(file).FullName).Run(filter));
}

static Command Suite(string name, string description, Func<string, Func<string, bool>, IEnumerable<Outcome>> run)
{
    Argument<DirectoryInfo> folder = new Argument<DirectoryInfo>("DIR") { Description = "The folder with the cases." }.AcceptExistingOnly();
    return Complete(new(name, description) { folder }, (parsed, filter) => run(parsed.GetRequiredValue(folder).FullName, filter));
}

static Command Complete(Command command, Func<ParseResult, Func<string, bool>, IEnumerable<Outcome>> run)
{
    Option<string> filter = new("--filter") { Description = "Only cases whose id fits this pattern (* and ?).", DefaultValueFactory = _ => "*" };
    Option<FileInfo?> json = new("--json") { Description = "Writes all outcomes to this file." };
    command.Add(filter);
    command.Add(json);
    command.SetAction(parsed => Report.Write(
        run(parsed, id => FileSystemName.MatchesSimpleExpression(parsed.GetRequiredValue(filter), id)),
        parsed.GetValue(json)?.FullName));
    return command;
}
