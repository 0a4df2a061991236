using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Reads a dataset: the sample that comes with the module, or files.</summary>
[Cmdlet(VerbsData.Import, "ModelDataset")]
[OutputType(typeof(ModelDataset))]
public sealed class ImportModelDatasetCommand : ModelCmdlet
{
    /// <summary>Which dataset.</summary>
    [Parameter(Position = 0, HelpMessage = "Which dataset: Mnist.")]
    [ValidateSet("Mnist")]
    public string Name { get; set; } = "Mnist";

    /// <summary>The folder of its files, for Mnist the four standard idx files, gzipped or not; by default the sample that comes with the
    /// module.</summary>
    [Parameter(Position = 1, HelpMessage = "The folder of the four MNIST files, gzipped or not; by default the sample that comes with the module.")]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Dataset";

    /// <inheritdoc/>
    private protected override void Process() =>
        Guard(Path ?? Name, () => WriteObject(Path is null ? MnistData.Sample : MnistData.Read(ResolvePath(Path))));
}
