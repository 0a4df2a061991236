using System.CommandLine;
using System.IO.Enumeration;
using ModelSessions;
using ModelSessions.Conformance;
using ModelSessions.Conformance.Documents;
using ModelSessions.Conformance.Files;
using ModelSessions.Conformance.Models;
using ModelSessions.Conformance.Ops;
using ModelSessions.Conformance.Rebuilt;
using ModelSessions.Conformance.Shapes;

RootCommand root = new("Runs golden cases made by TensorFlow on our engines.")
{
    Suite("files", "Reads and writes files of all formats (schema of golden/files).", (folder, engine, filter) => new FileSuite(folder, engine).Run(filter)),
    Suite("ops", "Runs op cases (schema of golden/ops).", (folder, engine, filter) =>
    {
        using OpSuite suite = new(folder, engine);
        return [.. suite.Run(filter)];
    }),
    ShapeCommand(),
    TableCommand(),
    Suite("models", "Runs training graphs (schema of golden/models).", (folder, engine, filter) => new ModelSuite(folder, engine).Run(filter)),
    Suite("rebuilt", "Trains the same models rebuilt with our builder (schema of golden/models).", (folder, engine, filter) => new RebuiltSuite(folder, engine).Run(filter)),
};
return root.Parse(args).Invoke();

static Command TableCommand()
{
    Argument<FileInfo> file = new Argument<FileInfo>("FILE") { Description = "The file with TensorFlow's kernels." }.AcceptExistingOnly();
    Command command = new("table", "Prints docs/ops.md: which op kinds have a kernel, a shape rule, a gradient.") { file };
    command.SetAction(parsed => Console.Write(OpTablePage.Write(OpKinds.Read(parsed.GetRequiredValue(file).FullName))));
    return command;
}

static Command ShapeCommand()
{
    Argument<FileInfo> file = new Argument<FileInfo>("FILE") { Description = "The file with TensorFlow's shapes." }.AcceptExistingOnly();
    return Complete(new("shapes", "Compares the static shapes of graphs (schema of golden/shapes).") { file },
        (parsed, filter) => new ShapeSuite(parsed.GetRequiredValue(file).FullName).Run(filter));
}

static Command Suite(string name, string description, Func<string, IEngine, Func<string, bool>, IEnumerable<Outcome>> run)
{
    IEngine[] engines = [new CpuEngine()];
    Argument<DirectoryInfo> folder = new Argument<DirectoryInfo>("DIR") { Description = "The folder with the cases." }.AcceptExistingOnly();
    Option<string> engine = new("--engine") { Description = "What runs the graphs.", DefaultValueFactory = _ => Name(engines[0]) };
    engine.AcceptOnlyFromAmong([.. engines.Select(Name)]);
    return Complete(
        new(name, description) { folder, engine },
        (parsed, filter) => run(parsed.GetRequiredValue(folder).FullName, engines.Single(known => Name(known) == parsed.GetRequiredValue(engine)), filter));

    static string Name(IEngine engine) => engine.Name.ToLowerInvariant();
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
