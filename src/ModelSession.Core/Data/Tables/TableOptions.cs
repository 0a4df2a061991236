namespace ModelSessions.Data;

/// <summary>What becomes of missing values.</summary>
public enum MissingPolicy
{
    /// <summary>They are refused, with row and column.</summary>
    Refuse,

    /// <summary>Their row is left out.</summary>
    DropRow,

    /// <summary>0 stands for them.</summary>
    Zero,

    /// <summary>The mean of the training part stands for them.</summary>
    Mean,
}

/// <summary>What a label is.</summary>
public enum LabelKind
{
    /// <summary>A class, where labels are text, true and false, or whole numbers below 1,000; else a number.</summary>
    Automatic,

    /// <summary>A class.</summary>
    Class,

    /// <summary>A number.</summary>
    Number,
}

/// <summary>How rows with columns become examples.</summary>
public sealed record TableOptions
{
    /// <summary>The name of the dataset; null for its file's.</summary>
    public string? Name { get; init; }

    /// <summary>The columns of the label; where none is given, one that is called label, class, target or y.</summary>
    public IReadOnlyList<string> LabelColumns { get; init; } = [];

    /// <summary>The column of how much each example counts; null if all count alike.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>What labels are.</summary>
    public LabelKind LabelKind { get; init; }

    /// <summary>What classes are called, in the order of their numbers; empty to find out.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The columns that become the example, in this order, <c>*</c> and <c>?</c> as wildcards; empty for all but the label.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The columns that do not.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Columns whose values are names, even if they look like numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether a category becomes as many numbers as it has names; else its number.</summary>
    public bool OneHot { get; init; } = true;

    /// <summary>Whether the mean of a number column is subtracted, and its standard deviation divides it; both of the training part.</summary>
    public bool Normalize { get; init; }

    /// <summary>How pictures become examples, where rows hold whole files of them.</summary>
    public ImageOptions Pictures { get; init; } = new();

    /// <summary>Divides the numbers of arrays; null for 255 where they are bytes of images, else for nothing.</summary>
    public double? Scale { get; init; }

    /// <summary>The name of the array of inputs among several; null for the usual ones.</summary>
    public string? InputKey { get; init; }

    /// <summary>The name of the array of labels among several; null for the usual ones.</summary>
    public string? LabelKey { get; init; }

    /// <summary>What becomes of missing values.</summary>
    public MissingPolicy Missing { get; init; }

    /// <summary>The number that stands for missing values; null for what <see cref="Missing"/> says.</summary>
    public double? MissingFill { get; init; }

    /// <summary>Words that mean that a value is missing, beside an empty field.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = ["NA", "N/A", "null", "?"];

    /// <summary>What stands between fields of CSV text; null to find out.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first row of CSV text has the names of the columns; null to find out: it has, if none of its fields is a number.</summary>
    public bool? Header { get; init; }

    /// <summary>The names of columns, where the text has none or others.</summary>
    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>The contract of a model that has learnt: data are read as it says, and refused where they don't fit. Null to find one.</summary>
    public DataContract? Contract { get; init; }

    /// <summary>How the rows are divided.</summary>
    public DataSplit Split { get; init; } = new();

    /// <summary>Data of up to so many bytes, as float64, stand in memory as a whole; larger ones stream.</summary>
    public long MemoryLimit { get; init; } = 64L << 20;

    /// <summary>Is told how many bytes of the files, or rows of them, are read.</summary>
    public Action<WorkProgress>? Progress { get; init; }
}

/// <summary>How rows are divided into training, validation and test, at random by a seed.</summary>
/// <param name="Validation">The share for validation.</param>
/// <param name="Test">The share for tests.</param>
/// <param name="Seed">The seed.</param>
public sealed record DataSplit(double Validation = 0, double Test = 0, int Seed = 0)
{
    /// <summary>Makes sure that something is left to learn from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Shares are below 0, or 1 and more together.</exception>
    public void Check()
    {
        if (!(Validation >= 0 && Test >= 0 && Validation + Test < 1))
        {
            throw new ArgumentOutOfRangeException(null, $"The shares for validation ({Validation}) and test ({Test}) must be 0 or more, and below 1 together.");
        }
    }

    /// <summary>Which rows of a block belong to a part: 0 to train, 1 to validate, 2 to test. The numbers of rows are right on the average.</summary>
    internal int[] Rows(int block, int count, int part)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        if (Validation == 0 && Test == 0)
        {
            return part == 0 ? rows : [];
        }

        SplitMix64 random = new((ulong)Seed, (ulong)block);
        int test = Share(Test, count, random.Next()), validation = Math.Min(Share(Validation, count, random.Next()), count - test);
        random.Shuffle<int>(rows);
        int[] chosen = part switch
        {
            0 => rows[(test + validation)..],
            1 => rows[test..(test + validation)],
            _ => rows[..test],
        };
        Array.Sort(chosen);
        return chosen;
    }

    private static int Share(double share, int count, ulong random) =>
        (int)Math.Min(count, Math.Floor(Math.Round(share * count, 9) + (random >> 11) * Math.ScaleB(1, -53)));
}
