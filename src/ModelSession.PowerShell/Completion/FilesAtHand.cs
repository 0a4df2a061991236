using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The files that a command line which is being typed is about. What cannot be read completes nothing.</summary>
internal static class FilesAtHand
{
    // A prefix is no file, so there may be nothing at a path.
    private const string Resolve = """
        param($path)
        if (Test-Path $path) { Convert-Path $path } else { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path) }
        """;

    private static readonly string[] s_pathParameters = ["Path", "LiteralPath"];
    private static readonly string[] s_checkpointParameters = ["Checkpoint", "ReferenceCheckpoint", "DifferenceCheckpoint"];

    /// <summary>The paths of the file system that the command is given.</summary>
    public static IEnumerable<string> Paths(CommandAst command, IDictionary bound) => s_pathParameters.Where(name => bound.Contains(name))
        .SelectMany(name => SessionsAtHand.Given<string>(command, bound, name)).SelectMany(Resolved);

    /// <summary>A path of PowerShell as those of the file system.</summary>
    public static IEnumerable<string> Resolved(string path)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript(Resolve, useLocalScope: true).AddArgument(path).Invoke<string>();
    }

    /// <summary>The prefixes of the checkpoints that the command is given.</summary>
    public static IEnumerable<string> Checkpoints(CommandAst command, IDictionary bound) =>
        s_checkpointParameters.SelectMany(name => SessionsAtHand.Given<CheckpointInfo>(command, bound, name)).Select(checkpoint => checkpoint.Prefix)
            .Concat(Paths(command, bound).Concat(s_checkpointParameters.Where(name => bound.Contains(name)).SelectMany(name => SessionsAtHand.Given<string>(command, bound, name)).SelectMany(Resolved)).Select(path => Try(() => CheckpointFolder.Resolve(path).Prefix)).OfType<string>()).Distinct();

    /// <summary>The files with graphs that the command is given, or the prefixes of checkpoints.</summary>
    public static IEnumerable<string> Graphs(CommandAst command, IDictionary bound) =>
        SessionsAtHand.Given<CheckpointInfo>(command, bound, "Checkpoint").Select(checkpoint => checkpoint.Prefix).Concat(Paths(command, bound)).Distinct();

    /// <summary>What is in a checkpoint, but for the state of the session, which is nobody's variable.</summary>
    public static IReadOnlyCollection<CheckpointTensor> Tensors(string prefix) => Try(() =>
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        return reader.Tensors.Where(tensor => !tensor.Name.StartsWith("_model_session/", StringComparison.Ordinal)).ToArray();
    }) ?? [];

    /// <summary>What is told of a tensor in a checkpoint.</summary>
    public static string Tip(CheckpointTensor tensor) => tensor.Fault is { } fault ? $"{tensor.Name}: {fault}" : $"{tensor.Name} {tensor.DType.Name()} {tensor.Shape}, {Readable.Size(tensor.ByteLength)}";

    /// <summary>What is read, or null if it cannot be.</summary>
    public static T? Try<T>(Func<T> read)
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
