namespace ModelSessions;

/// <summary>What a model says of one example.</summary>
public abstract class Prediction
{
    /// <summary>Which example it is, in the order in which they were given, from 0.</summary>
    public long Index { get; init; }

    /// <summary>What the dataset says of the example: a class, as <see cref="ClassPrediction.Class"/>, or a value; null where there is no label.</summary>
    public object? Label { get; init; }

    /// <summary>The file of the example; null if it comes from none.</summary>
    public string? Path { get; init; }

    /// <summary>Where the example comes from: the path of its file, or the row; null for arrays.</summary>
    public object? Source { get; init; }

    internal AskedExample Example
    {
        init => (Index, Source, Path, Label) = (value.Index, value.Source, value.IsFile ? (string)value.Source! : null, value.Label);
    }

    /// <summary>What the signature gives besides, by name, of this example; null if there is nothing.</summary>
    public IReadOnlyDictionary<string, Tensor>? Outputs { get; init; }
}

/// <summary>A class, of a model that tells classes apart.</summary>
public sealed class ClassPrediction : Prediction
{
    private readonly ClassScores? _scores;

    internal ClassPrediction(object @class, ClassScores? scores) => (Class, _scores) = (@class, scores);

    /// <summary>The class that is the most probable: its name, or its number where classes have no names.</summary>
    public object Class { get; }

    /// <summary>How probable it is; null where the model gives the class alone.</summary>
    public double? Score => _scores?.Best[0].Score;

    /// <summary>The most probable classes, the first one first: as many as were asked for.</summary>
    public IReadOnlyList<ClassScore> Top => _scores?.Best ?? [];

    /// <summary>How probable each class is, in the order of their numbers; empty where the model gives the class alone.</summary>
    public IReadOnlyList<double> Probabilities => _scores?.All ?? [];

    // How long the longest name is that the model knows.
    internal int NameWidth { private get; init; }

    /// <summary>The name of a class, as wide as the longest that the model knows: a column of a table, whose width its first row says.</summary>
    public string Widened(object? name) => $"{name}".PadRight(Math.Min(24, NameWidth));

    /// <summary><c>cat (0.93)</c>.</summary>
    public override string ToString() =>
        $"{Class}{(Score is { } score ? $" ({score:0.00})" : "")}";
}

/// <summary>A class and how probable it is.</summary>
/// <param name="Class">Its name, or its number where classes have no names.</param>
/// <param name="Score">How probable it is.</param>
public sealed record ClassScore(object Class, double Score)
{
    /// <summary><c>cat 0.93</c>.</summary>
    public override string ToString() => $"{Class} {Score:0.00}";
}

/// <summary>Numbers or texts, of a model that foretells these.</summary>
public sealed class ValuePrediction : Prediction
{
    private readonly Array _values;

    internal ValuePrediction(Array values) => _values = values;

    /// <summary>The value; of several, their array.</summary>
    public object? Value => _values.Length == 1 ? _values.GetValue(0) : _values;

    /// <summary>All values.</summary>
    public Array Values => (Array)_values.Clone();

    /// <summary>The values, a few of many.</summary>
    public override string ToString() => string.Join(", ", _values.Cast<object>().Take(4).Select(value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture))) + (_values.Length > 4 ? ", …" : "");
}

/// <summary>An array, of a model that gives such for each example: pictures, series.</summary>
public sealed class TensorPrediction : Prediction
{
    internal TensorPrediction(Tensor value) => Value = value;

    /// <summary>The array, without the dimension that counts examples.</summary>
    public Tensor Value { get; }

    /// <summary><c>float32 [28, 28]</c>.</summary>
    public override string ToString() => Value.ToString();
}
