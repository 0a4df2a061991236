namespace ModelSessions.Data;

/// <summary>Datasets of arrays in files that are larger than memory should hold.</summary>
internal static class StreamedArrays
{
    /// <summary>Opens files as a dataset: everything is looked at once, so that wrong data are refused before a training begins.</summary>
    /// <exception cref="ModelFileException">They cannot be learnt from: the message says where, and why.</exception>
    public static ModelDataset Read(string name, ArrayPlaces train, ArrayPlaces? validation, ArrayPlaces? test, TableOptions options, CancellationToken cancel)
    {
        options.Split.Check();
        RowArrays all = Open(train, options, [], cancel);
        ArrayScan scan = ArrayScan.Run(all, options.Split, options.Normalize && options.Contract is null, options.Progress, cancel);
        DataContract contract = options.Contract is { } known ? ArrayData.Fitting(known, all.Inputs.RowShape, all.Inputs.Path) : Contract(all, scan, options);
        scan.Check(contract, cancel);
        return new ModelDataset(
            name,
            Part("train", all, options.Split, 0) ?? throw new ModelFileException(StatusCode.InvalidArgument, all.Inputs.Path, "no rows are left to learn from."),
            validation is not null ? Other("validation", validation) : Part("validation", all, options.Split, 1),
            test is not null ? Other("test", test) : Part("test", all, options.Split, 2));

        ArrayDatasetPart? Other(string part, ArrayPlaces places)
        {
            RowArrays arrays = Open(places, options, all.Names, cancel);
            if (!arrays.Inputs.RowShape.Equals(contract.Shape))
            {
                throw new ModelFileException(StatusCode.InvalidArgument, arrays.Inputs.Path, $"examples are {arrays.Inputs.RowShape}; those that are learnt from are {contract.Shape}.");
            }

            ArrayScan.Run(arrays, new DataSplit(), moments: false, options.Progress, cancel).Check(contract, cancel);
            return Part(part, arrays, new DataSplit(), 0);
        }

        ArrayDatasetPart? Part(string part, RowArrays arrays, DataSplit split, int number) =>
            new ArrayDatasetPart($"{name}, {part}", arrays, contract, split, number) is { Count: > 0 } made ? made : null;
    }

    private static RowArrays Open(ArrayPlaces places, TableOptions options, IReadOnlyList<string> known, CancellationToken cancel)
    {
        RowArray inputs = places.Inputs.Open(isLabels: false, options.Progress, cancel);
        if (places.Labels is not { } place)
        {
            return new RowArrays(inputs, null);
        }

        IReadOnlyList<string> names = [];
        RowArray labels;
        if (place.IsText())
        {
            (Tensor numbers, names) = ArrayLabels.Named(place.Read(), place.Path, options, known);
            labels = new HeldRows(place.Path, numbers);
        }
        else
        {
            labels = place.Open(isLabels: true, options.Progress, cancel);
        }

        return labels.Count == inputs.Count
            ? new RowArrays(inputs, labels) { Names = names }
            : throw new ModelFileException(StatusCode.InvalidArgument, place.Path, $"the inputs are {inputs.Shape}, the labels {labels.Shape}: their first dimensions must be equal.");
    }

    private static DataContract Contract(RowArrays arrays, ArrayScan scan, TableOptions options)
    {
        int named = options.ClassNames.Count > 0 ? options.ClassNames.Count : arrays.Names.Count;
        int? classes = named > 0 ? named : arrays.Labels is { } labels ? ArrayData.ClassesOf(labels.Shape, labels.Type, scan.LeastLabel, scan.MostLabel, options) : null;
        return ArrayData.ContractOf(
            arrays.Inputs.Shape, arrays.Inputs.Type, scan.Moments is { } moments ? (moments.Mean, moments.Deviation) : null, classes, arrays.Names, options);
    }
}
