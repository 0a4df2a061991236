namespace ModelSessions;

/// <summary>A model as a module of PowerShell with a command of its own: the frozen graph, a manifest and a script. What names in files say stays
/// text there and never becomes code.</summary>
public sealed class CommandModule
{
    /// <summary>The name of the model's file in the module.</summary>
    public const string ModelFile = "model.pb";

    private readonly ModelSession _session;
    private readonly CommandScript _script;

    /// <summary>A module that is still to be written.</summary>
    /// <param name="session">The model.</param>
    /// <param name="folder">The folder, whose name becomes the module's; or a folder below of it whose name is a version, as PowerShell keeps several
    /// side by side: <c>DigitClass/2.0.0</c>.</param>
    /// <param name="options">The command.</param>
    /// <exception cref="ArgumentException">The module or the command cannot have that name.</exception>
    /// <exception cref="UnsupportedFeatureException">The session has another one in front of it.</exception>
    public CommandModule(ModelSession session, string folder, CommandOptions options)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(options);
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string name = Path.GetFileName(Folder);
        Version version = options.Version ?? new Version(1, 0, 0);
        if (Version.TryParse(name, out Version? own))
        {
            version = options.Version is null || own == options.Version ? own
                : throw new ArgumentException($"The folder '{name}' is that of another version than {options.Version}. Give a folder of that name, or leave the version out.");
            name = Path.GetFileName(Path.GetDirectoryName(Folder)) ?? "";
        }

        if (!IsModuleName(name))
        {
            throw new ArgumentException($"'{name}' is no name of a module: it begins with a letter, and has letters, digits, points and lines. Give another folder.");
        }

        if (!IsCommandName(options.Command))
        {
            throw new ArgumentException($"'{options.Command}' is no name of a command: it is a verb and a noun, such as Get-DigitClass.");
        }

        if (session.Front is not null)
        {
            throw new UnsupportedFeatureException("The session has another one in front of it, which is a graph of its own. Put both into one graph by New-ModelSession -BaseModel, then export that.");
        }

        Manifest = Path.Combine(Folder, $"{name}.psd1");
        _session = session;
        _script = new CommandScript(name, session, options with { Version = version });
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The manifest's file.</summary>
    public string Manifest { get; }

    /// <summary>Writes it: whole, or not at all.</summary>
    /// <param name="replace">Whether a module of that name that is there may go; anything else stays and is an error.</param>
    /// <param name="progress">Is told how much of the model has been read; null for nobody.</param>
    /// <param name="cancel">Leaves what is there as it was.</param>
    /// <exception cref="ModelFileException">There is something else already, or it cannot be written.</exception>
    /// <exception cref="GraphException">The model has no predictions, or needs what cannot be frozen.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    public ExportResult Write(bool replace = false, Action<WorkProgress>? progress = null, CancellationToken cancel = default) =>
        _session.ExportFolder(Folder, ModelFile, _script.Files, _ => replace && File.Exists(Manifest), progress, cancel);

    private static bool IsModuleName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-');

    private static bool IsCommandName(string name) => name.Split('-') is [{ Length: > 0 } verb, { Length: > 0 } noun]
        && verb.All(char.IsAsciiLetter) && char.IsAsciiLetter(noun[0]) && noun.All(char.IsAsciiLetterOrDigit);
}
