using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Reads a dataset: the sample that comes with the module, or files.</summary>
[Cmdlet(VerbsData.Import, "ModelDataset", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelDataset))]
public sealed class ImportModelDatasetCommand : ModelCmdlet
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Which dataset.</summary>
    [Parameter(Position = 0, HelpMessage = "Which dataset: Mnist.")]
    [ValidateSet("Mnist")]
    public string Name { get; set; } = "Mnist";

    /// <summary>The folder of its files, for Mnist the four standard idx files, gzipped or not; by default the sample that comes with the
    /// module.</summary>
    [Parameter(Position = 1, ParameterSetName = "Path", HelpMessage = "The folder of the four MNIST files, gzipped or not; by default the sample that comes with the module.")]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

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
    private protected override void Process() =>
        Guard(Path ?? Name, () => WriteObject(
            Download ? MnistData.Read(Fetch()) : Path is null ? MnistData.Sample : MnistData.Read(ResolvePath(Path))));

    private string Fetch()
    {
        DownloadOptions options = new()
        {
            Mirrors = Mirror,
            Checksums = Checksum.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}"),
        };
        LatestProgress latest = new();
        // Progress is shown on this thread alone.
        Task<string> download = Task.Run(() => MnistDownload.FetchAsync(options, latest, CancelToken));
        while (!((IAsyncResult)download).AsyncWaitHandle.WaitOne(s_pause))
        {
            if (latest.Value is { } progress)
            {
                WriteProgress(new ProgressRecord(0, "Downloading MNIST", $"{progress.File}: {Readable.Size(progress.Bytes)}")
                {
                    PercentComplete = progress.Total is > 0 and { } total ? (int)(100 * progress.Bytes / total) : -1,
                });
            }
        }

        WriteProgress(new ProgressRecord(0, "Downloading MNIST", "done") { RecordType = ProgressRecordType.Completed });
        return download.GetAwaiter().GetResult();
    }

    private sealed class LatestProgress : IProgress<DownloadProgress>
    {
        public DownloadProgress? Value { get; private set; }

        public void Report(DownloadProgress value) => Value = value;
    }
}
