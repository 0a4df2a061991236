using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The checkpoints that a command line which is being typed is about. What cannot be read completes nothing.</summary>
internal static class CheckpointsAtHand
{
    // A prefix is no file, so there may be nothing at a path.
    private const string Resolve = """
        param($path)
        if (Test-Path $path) { Convert-Path $path } else { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path) }
        """;

    private static readonly string[] s_pathParameters = ["Path", "LiteralPath"];

    /// <summary>The prefixes of the checkpoints that the command is given.</summary>
    public static IEnumerable<string> Find(CommandAst command, IDictionary bound)
    {
        IEnumerable<string> given = SessionsAtHand.Given<CheckpointInfo>(command, bound, "Checkpoint").Select(checkpoint => checkpoint.Prefix);
        IEnumerable<string> paths = s_pathParameters.Where(name => bound.Contains(name))
            .SelectMany(name => SessionsAtHand.Given<string>(command, bound, name)).SelectMany(Prefixes);
        return given.Concat(paths);
    }

    /// <summary>What is in a checkpoint.</summary>
    public static IReadOnlyCollection<CheckpointTensor> Tensors(string prefix) => Try(() =>
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        return reader.Tensors;
    }) ?? [];

    private static IEnumerable<string> Prefixes(string path)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript(Resolve, useLocalScope: true).AddArgument(path).Invoke<string>()
            .Select(found => Try(() => CheckpointFolder.Resolve(found).Prefix)).OfType<string>().Distinct();
    }

    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ModelSessionException)
        {
            return null;
        }
    }
}
