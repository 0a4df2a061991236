namespace ModelSessions.Data;

/// <summary>Examples in a fixed order: for training, validation or test. Deliberately not enumerable: a pipeline passes it on whole.</summary>
public abstract class DatasetPart
{
    private protected DatasetPart(string name) => Name = name;

    /// <summary>What it is: <c>Mnist sample, train</c>.</summary>
    public string Name { get; }

    /// <summary>The number of examples.</summary>
    public abstract long Count { get; }

    /// <summary>The shape of one example.</summary>
    public abstract Shape ExampleShape { get; }

    /// <summary>The shape of one label: scalar for class numbers and single values.</summary>
    public abstract Shape LabelShape { get; }

    /// <summary>The number of classes; null if labels are no classes.</summary>
    public abstract int? ClassCount { get; }

    /// <summary>Whether examples have labels.</summary>
    public virtual bool HasLabels => true;

    /// <summary>Whether examples count differently.</summary>
    public virtual bool HasWeights => false;

    /// <summary>What the classes are called, in the order of their numbers; empty if there are none, or they are only numbers.</summary>
    public IReadOnlyList<string> ClassNames => Contract?.ClassNames ?? [];

    /// <summary>Where it comes from, in a word or two: the names of its files.</summary>
    public virtual string Source => "memory";

    /// <summary>A text that differs for other data: by it a session knows whether its position means this part.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>How examples come from raw data; null if that is not known, as of tensors of the caller's own.</summary>
    public virtual DataContract? Contract => null;

    /// <summary>Whether labels may be other than whole numbers.</summary>
    internal virtual bool HasFractions => HasLabels && ClassCount is null;

    /// <summary>How the rows lie in blocks; null if any row is read at the same cost.</summary>
    internal virtual RowLayout? Layout => null;

    /// <summary>Whether reading takes so long that others should do it while the engine works. Such a part is read by several threads at once.</summary>
    internal virtual bool ReadsAhead => Layout is not null;

    /// <summary>A part over tensors, which are not copied and must not change.</summary>
    /// <param name="inputs">The examples; the first dimension counts them.</param>
    /// <param name="labels">As many labels: class numbers (integers of rank 1), or values of any shape; null for none.</param>
    /// <param name="name">What it is.</param>
    /// <param name="weights">How much each example counts, 0 or more; null for all alike.</param>
    /// <exception cref="ArgumentException">The tensors hold no numbers, or are not equally many, or a weight is below 0.</exception>
    public static DatasetPart From(Tensor inputs, Tensor? labels = null, string name = "data", Tensor? weights = null) =>
        new TensorDatasetPart(name, inputs, labels, weights: weights);

    /// <summary>Writes examples into batches, as a graph's input and label tensors want them.</summary>
    /// <param name="rows">Which examples.</param>
    /// <param name="inputs">Of a number type that can hold them; its first dimension is the number of rows. Null if they are not wanted.</param>
    /// <param name="labels">Of rank 1 for class numbers, of rank 2 for one-hot rows; else of the labels' own shape. Null if they are not wanted.</param>
    /// <exception cref="GraphException">A tensor's type or shape does not fit.</exception>
    /// <exception cref="ModelFileException">The data cannot be read, or is not what it was.</exception>
    public abstract void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels);

    /// <summary>Writes how much each example counts: 1 where the data do not say.</summary>
    /// <param name="rows">Which examples.</param>
    /// <param name="weights">As many numbers, of any type.</param>
    /// <exception cref="ModelFileException">The data cannot be read, or a weight is below 0.</exception>
    public virtual void ReadWeights(ReadOnlySpan<long> rows, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        for (int i = 0; i < rows.Length; i++)
        {
            NumberCopy.Set(weights, i, 1);
        }
    }

    /// <summary>The error of wrong data in a row: with its place in a file, where that is known.</summary>
    /// <param name="row">The row, as <see cref="Read"/> counts them.</param>
    /// <param name="isLabel">Whether its label is meant.</param>
    /// <param name="message">What is wrong, and what is allowed.</param>
    internal virtual ModelFileException Fault(long row, bool isLabel, string message) => new(null, row + 1, null, null, $"{message} It is the row as '{Name}' counts them.");

    /// <summary>The file that an example is by itself; null if it comes from none.</summary>
    internal virtual string? FileOf(long row) => null;

    /// <summary>The error of a graph that wants labels where there are none.</summary>
    internal GraphException NoLabels() =>
        new(StatusCode.InvalidArgument, $"'{Name}' has no labels, but the graph wants some. Say when it is imported which column is the label.");

    /// <summary><c>Mnist sample, train: 9,000 × [28, 28], 10 classes</c>.</summary>
    public override string ToString() =>
        $"{Name}: {Count:n0} × {ExampleShape}{(ClassCount is { } classes ? $", {classes} classes" : "")}";
}
