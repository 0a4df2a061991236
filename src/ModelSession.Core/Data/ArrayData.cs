using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Datasets of arrays: an array of inputs, and one of labels, the first dimension of both counting the examples.</summary>
public static class ArrayData
{
    // More is not held as one array.
    private const long LargestArray = int.MaxValue - (1 << 20);
    private const int MostClasses = 1000;

    private static readonly (string Train, string TrainLabels, string Test, string TestLabels)[] s_keys =
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("x", "y", "x_test", "y_test"),
        ("X", "y", "X_test", "y_test"),
        ("images", "labels", "test_images", "test_labels"),
        ("data", "labels", "test_data", "test_labels"),
        ("data", "target", "test_data", "test_target"),
        ("inputs", "labels", "test_inputs", "test_labels"),
    ];

    /// <summary>Reads files: an <c>.npz</c> archive with inputs and labels; or a <c>.npy</c> or idx file of inputs and, as second file, one of labels.</summary>
    /// <inheritdoc cref="CsvData.Read"/>
    public static ModelDataset Read(
        IReadOnlyList<string> paths, TableOptions? options = null, IReadOnlyList<string>? validation = null, IReadOnlyList<string>? test = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new TableOptions();
        Arrays train = Open(paths, options, out Arrays? own);
        cancel.ThrowIfCancellationRequested();
        return Build(
            options.Name ?? Path.GetFileNameWithoutExtension(paths[0]),
            train,
            validation is { Count: > 0 } ? Open(validation, options, out _) : null,
            test is { Count: > 0 } ? Open(test, options, out _) : own,
            options);
    }

    /// <summary>A dataset of tensors in memory.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="labels">The labels; null for none.</param>
    /// <param name="options">How they are divided and scaled.</param>
    /// <exception cref="ModelFileException">They cannot be learnt from: the message says where, and why.</exception>
    public static ModelDataset From(Tensor inputs, Tensor? labels = null, TableOptions? options = null)
    {
        options ??= new TableOptions();
        return Build(options.Name ?? "Data", new Arrays(inputs, labels, null, null), null, null, options);
    }

    private static ModelDataset Build(string name, Arrays train, Arrays? validation, Arrays? test, TableOptions options)
    {
        options.Split.Check();
        Arrays all = Checked(train, options);
        int count = checked((int)all.Inputs.Shape[0]);
        Arrays kept = all.Take(options.Split.Rows(0, count, 0));
        DataContract contract = options.Contract is { } known ? Fitting(known, kept) : Contract(kept, options);
        return new ModelDataset(
            name,
            Part($"{name}, train", kept)!,
            Part($"{name}, validation", validation is { } other ? Checked(other, options) : all.Take(options.Split.Rows(0, count, 1))),
            Part($"{name}, test", test is { } last ? Checked(last, options) : all.Take(options.Split.Rows(0, count, 2))));

        TensorDatasetPart? Part(string part, Arrays arrays)
        {
            if (arrays.Inputs.Shape[0] == 0)
            {
                return null;
            }

            arrays.Check(contract);
            return new TensorDatasetPart(part, arrays.Inputs, arrays.Labels, contract) 
            {
                Origin = arrays.InputsPath is { } path ? Path.GetFileName(path) : "memory",
                Faults = (row, isLabel, message) => new ModelFileException(isLabel ? arrays.LabelsPath : arrays.InputsPath, arrays.RowOf(row) + 1, null, null, message),
            };
        }
    }

    private static Arrays Open(IReadOnlyList<string> paths, TableOptions options, out Arrays? test)
    {
        test = null;
        if (DatasetFiles.Recognize(paths[0]) != DatasetFormat.Npz)
        {
            return paths.Count <= 2
                ? new Arrays(Array(paths[0]), paths.Count > 1 ? Array(paths[1]) : null, paths[0], paths.Count > 1 ? paths[1] : null)
                : throw new ArgumentException($"Give one file of inputs and one of labels, not {paths.Count} files.");
        }

        if (paths.Count > 1)
        {
            throw new ArgumentException("Give one archive of arrays at a time; others for validation and test by -ValidationPath and -TestPath.");
        }

        string path = paths[0];
        IReadOnlyList<string> names = NumpyArchive.Names(path);
        (string inputs, string? labels, string? testInputs, string? testLabels) = Keys(path, names, options);
        test = testInputs is null ? null : new Arrays(NumpyArchive.Read(path, testInputs, LargestArray), testLabels is null ? null : NumpyArchive.Read(path, testLabels, LargestArray), path, path);
        return new Arrays(NumpyArchive.Read(path, inputs, LargestArray), labels is null ? null : NumpyArchive.Read(path, labels, LargestArray), path, path);
    }

    private static (string Inputs, string? Labels, string? Test, string? TestLabels) Keys(string path, IReadOnlyList<string> names, TableOptions options)
    {
        if (options.InputKey is { } input)
        {
            return (input, options.LabelKey, null, null);
        }

        foreach ((string train, string trainLabels, string test, string testLabels) in s_keys)
        {
            if (names.Contains(train))
            {
                return (train, options.LabelKey ?? Known(trainLabels), Known(test), Known(test) is null ? null : Known(testLabels));
            }
        }

        return names.Count == 1 ? (names[0], null, null, null) : throw new ModelFileException(
            StatusCode.InvalidArgument, path, $"which array holds the inputs? There are {string.Join(", ", names.Take(20))}. Say it by -InputKey, and that of the labels by -LabelKey.");

        string? Known(string name) => names.Contains(name) ? name : null;
    }

    private static Tensor Array(string path) => DatasetFiles.Recognize(path) switch
    {
        DatasetFormat.Idx => IdxFile.Read(path).ToTensor(),
        DatasetFormat.Npy => FileAccessErrors.Guard(path, () =>
        {
            using FileStream file = File.OpenRead(path);
            return NumpyFile.Read(file, Math.Min(LargestArray, file.Length));
        }),
        _ => throw new ModelFileException(StatusCode.InvalidArgument, path, "this is neither a .npy nor an idx file."),
    };

    // Labels as class numbers or numbers; texts by the names of classes.
    private static Arrays Checked(Arrays arrays, TableOptions options)
    {
        Tensor inputs = arrays.Inputs;
        if (inputs.Shape.Rank == 0 || inputs.DType.IsObject() || inputs.DType.IsComplex())
        {
            throw new ModelFileException(StatusCode.InvalidArgument, arrays.InputsPath, $"the inputs are {inputs}; they must be numbers whose first dimension counts the examples.");
        }

        if (arrays.Labels is not { } labels)
        {
            return arrays;
        }

        if (labels.Shape.Rank == 0 || labels.Shape[0] != inputs.Shape[0])
        {
            throw new ModelFileException(StatusCode.InvalidArgument, arrays.LabelsPath, $"the inputs are {inputs.Shape}, the labels {labels.Shape}: their first dimensions must be equal.");
        }

        if (labels.DType == DType.String)
        {
            IReadOnlyList<string> names = options.Contract?.ClassNames is { Count: > 0 } known ? known
                : options.ClassNames.Count > 0 ? options.ClassNames
                : [.. Enumerable.Range(0, (int)labels.ElementCount).Select(labels.StringAt).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostClasses + 1)];
            return arrays.Named(names, MostClasses);
        }

        bool isColumn = labels.Shape.Rank == 2 && labels.Shape[1] == 1 && labels.DType.IsInteger();
        return arrays with { Labels = isColumn ? new Tensor(labels.DType, [labels.Shape[0]], labels.Buffer) : labels };
    }

    private static DataContract Contract(Arrays arrays, TableOptions options)
    {
        Tensor inputs = arrays.Inputs;
        Shape example = Shape.Create(inputs.Shape.Dimensions[1..]);
        bool isImage = inputs.DType == DType.UInt8 && inputs.Shape.Rank >= 3;
        (double[] mean, double[] deviation) = options.Normalize ? Moments.Of(inputs) : ([], options.Scale is { } scale ? scale == 1 ? [] : [scale] : isImage ? [255] : []);
        return new DataContract { Shape = example, Mean = mean, Deviation = deviation, ClassCount = Classes(arrays, options), ClassNames = options.ClassNames.Count > 0 ? options.ClassNames : arrays.Names };
    }

    private static DataContract Fitting(DataContract contract, Arrays arrays)
    {
        Shape example = Shape.Create(arrays.Inputs.Shape.Dimensions[1..]);
        return contract.Columns.Count == 0 && example.ElementCount == contract.Shape.ElementCount ? contract
            : throw new ModelFileException(StatusCode.InvalidArgument, arrays.InputsPath, $"examples are {example}; the model takes {(contract.Columns.Count > 0 ? $"rows of {contract.Columns.Count} columns" : $"{contract.Shape}")}.");
    }

    private static int? Classes(Arrays arrays, TableOptions options)
    {
        int named = options.ClassNames.Count > 0 ? options.ClassNames.Count : arrays.Names.Count;
        if (named > 0)
        {
            return named;
        }

        if (arrays.Labels is not { Shape.Rank: 1 } labels || !labels.DType.IsInteger() || options.LabelKind == LabelKind.Number)
        {
            return null;
        }

        double most = -1;
        for (long i = 0; i < labels.ElementCount; i++)
        {
            double label = NumberCopy.Get(labels, i);
            if (label < 0)
            {
                return null;
            }

            most = Math.Max(most, label);
        }

        return most < MostClasses || options.LabelKind == LabelKind.Class ? (int)most + 1 : null;
    }

    /// <summary>Inputs and labels, and where they come from.</summary>
    private sealed record Arrays(Tensor Inputs, Tensor? Labels, string? InputsPath, string? LabelsPath)
    {
        public IReadOnlyList<string> Names { get; init; } = [];

        /// <summary>Which rows of the files these are; null for all.</summary>
        public int[]? Rows { get; init; }

        public long RowOf(long row) => Rows is null ? row : Rows[row];

        public Arrays Take(int[] rows) => rows.Length == Inputs.Shape[0] ? this : this with { Rows = rows, Inputs = Take(Inputs, rows), Labels = Labels is null ? null : Take(Labels, rows) };

        public Arrays Named(IReadOnlyList<string> names, int most)
        {
            if (names.Count > most)
            {
                throw new ModelFileException(StatusCode.InvalidArgument, LabelsPath, $"the labels are more than {most:n0} different texts, too many for classes.");
            }

            Tensor numbers = Tensor.Uninitialized(DType.Int32, [Inputs.Shape[0]]);
            for (int i = 0; i < numbers.ElementCount; i++)
            {
                string text = Labels!.StringAt(i);
                int number = Enumerable.Range(0, names.Count).FirstOrDefault(index => names[index] == text, -1);
                numbers.Span<int>()[i] = number >= 0 ? number
                    : throw new ModelFileException(LabelsPath, i + 1, null, null, $"the label is '{text}'; the classes are {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")}.");
            }

            return this with { Labels = numbers, Names = names };
        }

        public void Check(DataContract contract)
        {
            long width = contract.Shape.ElementCount;
            if (!Shape.Create(Inputs.Shape.Dimensions[1..]).Equals(contract.Shape))
            {
                throw new ModelFileException(StatusCode.InvalidArgument, InputsPath, $"examples are {Shape.Create(Inputs.Shape.Dimensions[1..])}; those that are learnt from are {contract.Shape}.");
            }

            for (long i = 0; Inputs.DType.IsFloating() && i < Inputs.ElementCount; i++)
            {
                if (!double.IsFinite(NumberCopy.Get(Inputs, i)))
                {
                    throw new ModelFileException(
                        InputsPath, i / width + 1, null, (i % width + 1).ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"the number is {NumberCopy.Get(Inputs, i)}; a model cannot learn from that."));
                }
            }

            for (long i = 0; Labels is not null && i < Labels.ElementCount; i++)
            {
                double label = NumberCopy.Get(Labels, i);
                if (!double.IsFinite(label) || contract.ClassCount is { } classes && (label < 0 || label >= classes || label != Math.Floor(label)))
                {
                    throw new ModelFileException(
                        LabelsPath, i / (Labels.ElementCount / Labels.Shape[0]) + 1, null, null,
                        string.Create(CultureInfo.InvariantCulture, $"the label is {label}; {(contract.ClassCount is { } count ? $"classes are 0 to {count - 1}" : "it must be a number")}."));
                }
            }
        }

        private static Tensor Take(Tensor tensor, int[] rows)
        {
            Tensor taken = Tensor.Uninitialized(tensor.DType, Shape.Create([rows.Length, .. tensor.Shape.Dimensions[1..]]));
            NumberCopy.Rows(tensor, [.. rows.Select(row => (long)row)], taken);
            return taken;
        }
    }
}
