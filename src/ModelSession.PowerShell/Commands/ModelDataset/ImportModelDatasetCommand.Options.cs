using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

public sealed partial class ImportModelDatasetCommand
{
    /// <summary>The format of the files, where their content does not tell it.</summary>
    [Parameter(HelpMessage = "The format of the files, where their content does not tell it.")]
    public DatasetFormat Format { get; set; }

    /// <summary>Files for validation.</summary>
    [Parameter(HelpMessage = "Files for validation, of the same form.")]
    [SupportsWildcards]
    public string[] ValidationPath { get; set; } = [];

    /// <summary>Files for tests.</summary>
    [Parameter(HelpMessage = "Files for tests, of the same form.")]
    [SupportsWildcards]
    public string[] TestPath { get; set; } = [];

    /// <summary>The share of examples for validation.</summary>
    [Parameter(HelpMessage = "The share of examples that is set aside for validation, such as 0.1.")]
    [ValidateRange(0.0, 0.999)]
    public double ValidationSplit { get; set; }

    /// <summary>The share of examples for tests.</summary>
    [Parameter(HelpMessage = "The share of examples that is set aside for tests, such as 0.1.")]
    [ValidateRange(0.0, 0.999)]
    public double TestSplit { get; set; }

    /// <summary>The seed by which examples are set aside.</summary>
    [Parameter(HelpMessage = "The seed by which examples are set aside.")]
    public int SplitSeed { get; set; }

    /// <summary>The columns of the label: names, or numbers from 1, from the end below 0.</summary>
    [Parameter(HelpMessage = "The column of the label: its name, its number from 1, or -1 for the last.")]
    [ArgumentCompleter(typeof(ColumnNameCompleter))]
    public string[] LabelColumn { get; set; } = [];

    /// <summary>The column of how much each example counts.</summary>
    [Parameter(HelpMessage = "The column of how much each example counts, for models that take weights.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ColumnNameCompleter))]
    public string? WeightColumn { get; set; }

    /// <summary>Whether labels are classes or numbers.</summary>
    [Parameter(HelpMessage = "Whether labels are classes or numbers; whole numbers below 1,000 and texts are classes by default.")]
    public LabelKind LabelType { get; set; }

    /// <summary>What classes are called, in the order of their numbers.</summary>
    [Parameter(HelpMessage = "What classes are called, in the order of their numbers.")]
    public string[] ClassName { get; set; } = [];

    /// <summary>The columns, or features, that become the example.</summary>
    [Parameter(HelpMessage = "The columns that become the example, in this order, with wildcards; by default all but the label.")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ColumnNameCompleter))]
    public string[] Feature { get; set; } = [];

    /// <summary>The columns that do not.</summary>
    [Parameter(HelpMessage = "Columns that are left out, with wildcards.")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ColumnNameCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Columns whose values are names even if they look like numbers.</summary>
    [Parameter(HelpMessage = "Columns whose values are names even if they look like numbers: zip codes, say.")]
    [ArgumentCompleter(typeof(ColumnNameCompleter))]
    public string[] Category { get; set; } = [];

    /// <summary>Whether categories become one-hot numbers; else their number.</summary>
    [Parameter(HelpMessage = "Whether a category becomes as many numbers as it has names, one of which is 1; -OneHot:$false for its number alone.")]
    public SwitchParameter OneHot { get; set; } = true;

    /// <summary>Whether numbers are scaled by mean and standard deviation of the training part.</summary>
    [Parameter(HelpMessage = "Subtract from numbers the mean of the training part, and divide by its standard deviation.")]
    public SwitchParameter Normalize { get; set; }

    /// <summary>Divides the numbers of arrays and pictures.</summary>
    [Parameter(HelpMessage = "Divides the numbers of arrays and pictures; bytes of images are divided by 255 unless told otherwise.")]
    public double? Scale { get; set; }

    /// <summary>What is subtracted from the numbers of pictures before: one number, or one for each channel.</summary>
    [Parameter(HelpMessage = "What is subtracted from the numbers of pictures, 0 to 255, before: one number, or one for each channel.")]
    public double[] Mean { get; set; } = [];

    /// <summary>The size of pictures: one number for squares, or height and width.</summary>
    [Parameter(HelpMessage = "The size that pictures are resized to: one number for squares, or height and width; by default that of the first.")]
    [ValidateCount(1, 2)]
    [ValidateRange(1, ImageForm.LargestSide)]
    public int[]? ImageSize { get; set; }

    /// <summary>The channels of pictures: 1 for grey, 3 for colours.</summary>
    [Parameter(HelpMessage = "The channels of pictures: 1 for grey, 3 for colours; by default those of the first.")]
    [ValidateSet("1", "3")]
    public int? Channels { get; set; }

    /// <summary>The order of colours.</summary>
    [Parameter(HelpMessage = "The order of colours: Rgb, or Bgr as OpenCV and Caffe have it.")]
    public ChannelOrder ChannelOrder { get; set; }

    /// <summary>What becomes of missing values.</summary>
    [Parameter(HelpMessage = "What becomes of missing values: Refuse, DropRow, Zero, Mean.")]
    public MissingPolicy MissingValue { get; set; }

    /// <summary>The number that stands for missing values.</summary>
    [Parameter(HelpMessage = "A number that stands for missing values.")]
    public double? MissingFill { get; set; }

    /// <summary>Words that mean a missing value.</summary>
    [Parameter(HelpMessage = "Words that mean a missing value, beside an empty field; by default NA, N/A, null and ?.")]
    public string[]? MissingWord { get; set; }

    /// <summary>What stands between the fields of CSV text.</summary>
    [Parameter(HelpMessage = "What stands between the fields of CSV text; found out by default.")]
    public char? Delimiter { get; set; }

    /// <summary>The names of the columns of CSV text that has none.</summary>
    [Parameter(HelpMessage = "The names of the columns of CSV text without a header, as for Import-Csv.")]
    [ValidateNotNullOrEmpty]
    public string[]? Header { get; set; }

    /// <summary>Whether the first row of CSV text has the names of the columns.</summary>
    [Parameter(HelpMessage = "The first row of CSV text has the names of the columns; -HasHeader:$false if not. Found out by default.")]
    public SwitchParameter HasHeader { get; set; }

    /// <summary>The name of the array of inputs in an archive.</summary>
    [Parameter(HelpMessage = "The name of the array of inputs in an npz archive; x_train and others are known.")]
    public string? InputKey { get; set; }

    /// <summary>The name of the array of labels in an archive.</summary>
    [Parameter(HelpMessage = "The name of the array of labels in an npz archive; y_train and others are known.")]
    public string? LabelKey { get; set; }

    /// <summary>Data of up to so many bytes stand in memory as a whole; larger ones stream.</summary>
    [Parameter(HelpMessage = "Rows of up to so many bytes, as numbers, are held in memory; more are streamed from the files.")]
    [ValidateRange(0, long.MaxValue)]
    public long MemoryLimit { get; set; } = new TableOptions().MemoryLimit;

    /// <summary>A model's contract: data become what it learnt from.</summary>
    [Parameter(HelpMessage = "A model's contract, $session.Contract: columns, scale and names are those that it learnt with.")]
    [ValidateNotNull]
    public DataContract? Contract { get; set; }

    private ImageOptions Pictures() => new()
    {
        Name = Name,
        Size = ImageSize is null ? null : (ImageSize[0], ImageSize[^1]),
        Channels = Channels,
        Order = ChannelOrder,
        Mean = Mean,
        Scale = Scale ?? new ImageOptions().Scale,
        Contract = Contract,
        Split = Shares(),
        Progress = Told,
    };

    private Action<WorkProgress>? Told => _bar is { } bar ? bar.Report : null;

    private DataSplit Shares() => new(ValidationSplit, TestSplit, SplitSeed);

    private TableOptions Options() => new()
    {
        Name = Name,
        LabelColumns = LabelColumn,
        WeightColumn = WeightColumn,
        LabelKind = LabelType,
        ClassNames = ClassName,
        Features = Feature,
        Excluded = Exclude,
        Categories = Category,
        OneHot = OneHot,
        Normalize = Normalize,
        Pictures = Pictures(),
        Scale = Scale,
        Missing = MissingValue,
        MissingFill = MissingFill,
        MissingValues = MissingWord ?? new TableOptions().MissingValues,
        Delimiter = Delimiter,
        ColumnNames = Header ?? [],
        Header = MyInvocation.BoundParameters.ContainsKey(nameof(HasHeader)) ? HasHeader.ToBool() : Header is null ? null : false,
        InputKey = InputKey,
        LabelKey = LabelKey,
        MemoryLimit = MemoryLimit,
        Contract = Contract,
        Split = Shares(),
        Progress = Told,
    };
}
