using System.CommandLine;
using System.IO.Enumeration;
using ModelSessions;
using ModelSessions.Conformance;
using ModelSessions.Conformance.Files;
using ModelSessions.Conformance.Models;
using ModelSessions.Conformance.Ops;

RootCommand root = new("Runs golden cases made by TensorFlow on our engines.")
{
    Suite("files", "Reads and writes files of all formats (schema of golden/files).", (folder, filter) => new FileSuite(folder, new CpuEngine()).Run(filter)),
    Suite("ops", "Runs op cases (schema of golden/ops).", (folder, filter) =>
    {
        using OpSuite suite = new(folder, new CpuEngine());
        return [.. suite.Run(filter)];
    }),
    Suite("models", "Runs training graphs (schema of golden/models).", (folder, filter) => new ModelSuite(folder, new CpuEngine()).Run(filter)),
};
return root.Parse(args).Invoke();

static Command Suite(string name, string description, Func<string, Func<string, bool>, IEnumerable<Outcome>> run)
{
    Argument<DirectoryInfo> folder = new Argument<DirectoryInfo>("DIR") { Description = "The folder with the cases." }.AcceptExistingOnly();
    Option<string> filter = new("--filter") { Description = "Only cases whose id fits this pattern (* and ?).", DefaultValueFactory = _ => "*" };
    Option<FileInfo?> json = new("--json") { Description = "Writes all outcomes to this file." };
    Command command = new(name, description) { folder, filter, json };
    command.SetAction(parsed => Report.Write(
        run(parsed.GetRequiredValue(folder).FullName, id => FileSystemName.MatchesSimpleExpression(parsed.GetRequiredValue(filter), id)),
        parsed.GetValue(json)?.FullName));
    return command;
}
