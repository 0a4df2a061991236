using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Reads a dataset: the sample that comes with the module, or files.</summary>
[Cmdlet(VerbsData.Import, "ModelDataset", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelDataset))]
public sealed partial class ImportModelDatasetCommand : ModelCmdlet
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private ObjectTable? _objects;
    private WorkBar? _bar;
    private long _rows;

    /// <summary>Mnist, or what to call the dataset that is read.</summary>
    [Parameter(Position = 0, HelpMessage = "Mnist, or what to call the dataset that is read.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DatasetNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The files, with wildcards; for Mnist the folder of its four idx files. Of array files the first holds the inputs, the second
    /// the labels. By default the sample that comes with the module.</summary>
    [Parameter(Position = 1, ParameterSetName = "Path", HelpMessage = "Files: CSV, TFRecord, npz, npy, idx; a folder with a folder of pictures for each class; for Mnist the folder of its four files.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by names in which wildcards are letters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", HelpMessage = "Files, by names in which wildcards are letters.")]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Objects; their properties are the columns.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Object", HelpMessage = "Objects whose properties are columns: from Import-Csv, say.")]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The inputs in memory: lists of lists, an array, a tensor.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Array", HelpMessage = "The inputs in memory: lists of lists, an array, a tensor.")]
    [ValidateNotNull]
    public object? InputArray { get; set; }

    /// <summary>Their labels.</summary>
    [Parameter(ParameterSetName = "Array", HelpMessage = "The labels of -InputArray.")]
    public object? LabelArray { get; set; }

    /// <summary>Fetches the whole set once and keeps it in the user's cache.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Download", HelpMessage = "Fetch the whole set once and keep it in the user's cache.")]
    public SwitchParameter Download { get; set; }

    /// <summary>Addresses of folders with the files, tried in this order; by default those in MODELSESSION_MNIST_MIRROR, else the known public
    /// ones.</summary>
    [Parameter(ParameterSetName = "Download", HelpMessage = "Addresses of folders with the files, tried in this order.")]
    [ValidateNotNullOrEmpty]
    public Uri[] Mirror { get; set; } = [];

    /// <summary>MD5 sums of files by name, where they are other than the known ones.</summary>
    [Parameter(ParameterSetName = "Download", HelpMessage = "MD5 sums of files by name, such as @{ 't10k-labels-idx1-ubyte.gz' = 'ec29…' }.")]
    [ValidateNotNull]
    public Hashtable Checksum { get; set; } = [];

    /// <inheritdoc/>
    private protected override string Subject => "Dataset";

    /// <inheritdoc/>
    private protected override void Finish()
    {
        if (_objects is { } objects)
        {
            Guard(null, () => Write(objects.ToDataset(Options(), CancelToken)));
        }
    }

    /// <inheritdoc/>
    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case "Object":
                if (InputObject?.BaseObject is FileSystemInfo file)
                {
                    throw new ArgumentException($"'{file.Name}' is a file and no row of data. Files are given by -Path.");
                }

                (_objects ??= new ObjectTable()).Add(DatasetArguments.Row(InputObject));
                (_bar ??= Bar("Reading objects")).Report(++_rows, null, WorkUnit.Rows);
                break;
            case "Array":
                Write(DatasetArguments.Arrays(InputArray, LabelArray, Options()));
                break;
            default:
                object target = (object?)Path.Concat(LiteralPath).FirstOrDefault() ?? Name ?? "Mnist";
                Guard(target, () => Write(FromFiles()));
                break;
        }
    }

    private void Write(ModelDataset data)
    {
        WriteVerbose($"{data}; an example is {data.Train.ExampleShape}, read from {data.Train.Source}.");
        WriteObject(data);
    }

    private ModelDataset FromFiles()
    {
        bool isMnist = Name is null || string.Equals(Name, "Mnist", StringComparison.OrdinalIgnoreCase);
        if (Download)
        {
            return isMnist ? MnistData.Read(Fetch()) : throw Unknown();
        }

        _bar = Bar($"Reading {Name ?? System.IO.Path.GetFileName(Path.Concat(LiteralPath).FirstOrDefault())}");
        string[] paths = [.. Path.SelectMany(ResolveWildcards), .. LiteralPath.Select(ResolvePath)];
        if (paths.Length == 0 && isMnist)
        {
            return MnistData.Sample;
        }

        // What is no dataset's name may be a file's that stands where other cmdlets take one.
        if (paths.Length == 0)
        {
            paths = IsThere(Name!) ? [.. ResolveWildcards(Name!)] : throw Unknown();
            Name = null;
        }

        if (paths.Length == 1 && (Name is null || !isMnist) && ImageFolder.Is(paths[0]))
        {
            return ImageFolder.Read(paths[0], Pictures(), CancelToken);
        }

        return isMnist && paths.Length == 1 && (Name is not null || System.IO.Directory.Exists(paths[0])) && !File.Exists(paths[0])
            ? MnistData.Read(paths[0])
            : DatasetFiles.Read(paths, Format, Options(), Files(ValidationPath), Files(TestPath), CancelToken);
    }

    private bool IsThere(string name)
    {
        try
        {
            return InvokeProvider.Item.Exists(name);
        }
        catch (Exception error) when (error is ItemNotFoundException or ProviderInvocationException or System.Management.Automation.DriveNotFoundException)
        {
            return false;
        }
    }

    private string[] Files(string[] paths) => [.. paths.SelectMany(ResolveWildcards)];

    private ModelFileException Unknown() =>
        new(StatusCode.NotFound, null, $"There is no dataset '{Name}' that comes with the module; Mnist does. For files of your own give -Path.");

    private string Fetch()
    {
        DownloadOptions options = new()
        {
            Mirrors = Mirror,
            Checksums = Checksum.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}"),
        };
        LatestProgress latest = new();
        using WorkBar bar = new(this, "Downloading MNIST");
        // Progress is shown on this thread alone.
        Task<string> download = Task.Run(() => MnistDownload.FetchAsync(options, latest, CancelToken));
        while (!((IAsyncResult)download).AsyncWaitHandle.WaitOne(s_pause))
        {
            if (latest.Value is { } progress)
            {
                bar.Report(progress.Bytes, progress.Total, WorkUnit.Bytes, progress.File);
            }
        }

        return download.GetAwaiter().GetResult();
    }

    private sealed class LatestProgress : IProgress<DownloadProgress>
    {
        public DownloadProgress? Value { get; private set; }

        public void Report(DownloadProgress value) => Value = value;
    }
}
