using System.Globalization;

namespace ModelSessions.Data;

/// <summary>Datasets of arrays: an array of inputs, and one of labels, the first dimension of both counting the examples.</summary>
public static class ArrayData
{
    /// <summary>Reads files: an <c>.npz</c> archive with inputs and labels; or a <c>.npy</c> or idx file of inputs and, as second file, one of labels.</summary>
    /// <inheritdoc cref="CsvData.Read"/>
    public static ModelDataset Read(
        IReadOnlyList<string> paths, TableOptions? options = null, IReadOnlyList<string>? validation = null, IReadOnlyList<string>? test = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        options ??= new TableOptions();
        string name = options.Name ?? Path.GetFileNameWithoutExtension(paths[0]);
        ArrayPlaces train = ArrayPlaces.Of(paths, options);
        ArrayPlaces? validated = validation is { Count: > 0 } ? ArrayPlaces.Of(validation, options) : null, tested = test is { Count: > 0 } ? ArrayPlaces.Of(test, options) : train.Test;
        if (new[] { train, validated, tested }.Any(places => places?.Inputs.IsLarger(options.MemoryLimit) == true))
        {
            return StreamedArrays.Read(name, train, validated, tested, options, cancel);
        }

        cancel.ThrowIfCancellationRequested();
        return Build(name, Whole(train), validated is null ? null : Whole(validated), tested is null ? null : Whole(tested), options);
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
        if (kept.Inputs.Shape[0] == 0)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, kept.InputsPath, count == 0 ? "there are no examples in it." : "no example is left to train with; keep fewer for validation and test.");
        }

        DataContract contract = options.Contract is { } known ? Fitting(known, Shape.Create(kept.Inputs.Shape.Dimensions[1..]), kept.InputsPath) : Contract(kept, options);
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

    private static Arrays Whole(ArrayPlaces places) => new(places.Inputs.Read(), places.Labels?.Read(), places.Inputs.Path, places.Labels?.Path);

    // Labels as class numbers or numbers; texts by the names of classes.
    private static Arrays Checked(Arrays arrays, TableOptions options)
    {
        Tensor inputs = arrays.Inputs;
        if (inputs.Shape.Rank == 0 || inputs.DType.IsObject() || inputs.DType.IsComplex())
        {
            throw new ModelFileException(StatusCode.InvalidArgument, arrays.InputsPath, $"the inputs are {inputs.Describe()}; they must be numbers whose first dimension counts the examples.");
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
            (Tensor numbers, IReadOnlyList<string> names) = ArrayLabels.Named(labels, arrays.LabelsPath, options, []);
            return arrays with { Labels = numbers, Names = names };
        }

        return arrays with { Labels = new Tensor(labels.DType, ArrayLabels.ShapeOf(labels.Shape, labels.DType), labels.Buffer) };
    }

    private static DataContract Contract(Arrays arrays, TableOptions options) => ContractOf(
        arrays.Inputs.Shape, arrays.Inputs.DType, options.Normalize ? Moments.Of(arrays.Inputs) : null, Classes(arrays, options), arrays.Names, options);

    /// <summary>The contract of arrays.</summary>
    /// <param name="inputs">The shape of the inputs.</param>
    /// <param name="type">Their type.</param>
    /// <param name="moments">What scales them, where they are normalised.</param>
    /// <param name="classes">The number of classes; null if labels are none.</param>
    /// <param name="names">What the classes are called, as the labels say.</param>
    /// <param name="options">What was asked for.</param>
    internal static DataContract ContractOf(Shape inputs, DType type, (double[] Mean, double[] Deviation)? moments, int? classes, IReadOnlyList<string> names, TableOptions options)
    {
        bool isImage = type == DType.UInt8 && inputs.Rank >= 3;
        (double[] mean, double[] deviation) = moments ?? ([], options.Scale is { } scale ? scale == 1 ? [] : [scale] : isImage ? [255] : []);
        return new DataContract
        {
            Shape = Shape.Create(inputs.Dimensions[1..]),
            Mean = mean,
            Deviation = deviation,
            ClassCount = classes,
            ClassNames = options.ClassNames.Count > 0 ? options.ClassNames : names,
        };
    }

    /// <summary>A model's contract, for examples of a shape.</summary>
    /// <exception cref="ModelFileException">The model takes other ones.</exception>
    internal static DataContract Fitting(DataContract contract, Shape example, string? path) => contract.Columns.Count == 0 && example.ElementCount == contract.Shape.ElementCount
        ? contract
        : throw new ModelFileException(StatusCode.InvalidArgument, path, $"examples are {example}; the model takes {(contract.Columns.Count > 0 ? $"rows of {contract.Columns.Count} columns" : $"{contract.Shape}")}.");

    private static int? Classes(Arrays arrays, TableOptions options)
    {
        int named = options.ClassNames.Count > 0 ? options.ClassNames.Count : arrays.Names.Count;
        if (named > 0)
        {
            return named;
        }

        double least = double.PositiveInfinity, most = -1;
        for (long i = 0; arrays.Labels is { Shape.Rank: 1 } labels && i < labels.ElementCount; i++)
        {
            double label = NumberCopy.Get(labels, i);
            (least, most) = (Math.Min(least, label), Math.Max(most, label));
        }

        return arrays.Labels is { } all ? ClassesOf(all.Shape, all.DType, least, most, options) : null;
    }

    /// <summary>How many classes labels without names are; null if they are none.</summary>
    internal static int? ClassesOf(Shape labels, DType type, double least, double most, TableOptions options) =>
        labels.Rank == 1 && type.IsInteger() && options.LabelKind != LabelKind.Number && least >= 0 && most < int.MaxValue
            && (most < ArrayLabels.MostClasses || options.LabelKind == LabelKind.Class) ? (int)most + 1 : null;

    /// <summary>Inputs and labels, and where they come from.</summary>
    private sealed record Arrays(Tensor Inputs, Tensor? Labels, string? InputsPath, string? LabelsPath)
    {
        public IReadOnlyList<string> Names { get; init; } = [];

        /// <summary>Which rows of the files these are; null for all.</summary>
        public int[]? Rows { get; init; }

        public long RowOf(long row) => Rows is null ? row : Rows[row];

        public Arrays Take(int[] rows) => rows.Length == Inputs.Shape[0] ? this : this with { Rows = rows, Inputs = Take(Inputs, rows), Labels = Labels is null ? null : Take(Labels, rows) };

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
                        InputsPath, i / width + 1, null, (i % width + 1).ToString(CultureInfo.InvariantCulture), $"the number is {NumberCopy.Get(Inputs, i)}; a model cannot learn from that.");
                }
            }

            for (long i = 0; Labels is not null && i < Labels.ElementCount; i++)
            {
                double label = NumberCopy.Get(Labels, i);
                if (!double.IsFinite(label) || contract.ClassCount is { } classes && (label < 0 || label >= classes || label != Math.Floor(label)))
                {
                    throw new ModelFileException(
                        LabelsPath, i / (Labels.ElementCount / Labels.Shape[0]) + 1, null, null,
                        $"the label is {label}; {(contract.ClassCount is { } count ? $"classes are 0 to {count - 1}" : "it must be a number")}.");
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
