using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Which arrays of files are inputs and labels, of tests too where an archive has them.</summary>
internal sealed record ArrayPlaces(ArrayPlace Inputs, ArrayPlace? Labels)
{
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

    /// <summary>Those of tests in the same archive; null if there are none.</summary>
    public ArrayPlaces? Test { get; init; }

    /// <summary>Finds them.</summary>
    /// <exception cref="ModelFileException">An archive does not tell which array holds the inputs.</exception>
    /// <exception cref="ArgumentException">There are too many files.</exception>
    public static ArrayPlaces Of(IReadOnlyList<string> paths, TableOptions options)
    {
        if (DatasetFiles.Recognize(paths[0]) != DatasetFormat.Npz)
        {
            return paths.Count <= 2
                ? new ArrayPlaces(new ArrayPlace(paths[0]), paths.Count > 1 ? new ArrayPlace(paths[1]) : null)
                : throw new ArgumentException($"Give one file of inputs and one of labels, not {paths.Count} files.");
        }

        if (paths.Count > 1)
        {
            throw new ArgumentException("Give one archive of arrays at a time; others for validation and test by -ValidationPath and -TestPath.");
        }

        return InArchive(paths[0], NumpyArchive.Names(paths[0]), options);
    }

    private static ArrayPlaces InArchive(string path, IReadOnlyList<string> names, TableOptions options)
    {
        if (options.InputKey is { } input)
        {
            return Pair(input, options.LabelKey);
        }

        foreach ((string train, string trainLabels, string test, string testLabels) in s_keys)
        {
            if (names.Contains(train))
            {
                return Pair(train, options.LabelKey ?? Known(trainLabels)) with { Test = Known(test) is null ? null : Pair(test, Known(testLabels)) };
            }
        }

        return names.Count == 1 ? Pair(names[0], null) : throw new ModelFileException(
            StatusCode.InvalidArgument, path, $"which array holds the inputs? There are {string.Join(", ", names.Take(20))}. Say it by -InputKey, and that of the labels by -LabelKey.");

        string? Known(string name) => names.Contains(name) ? name : null;

        ArrayPlaces Pair(string inputs, string? labels) => new(new ArrayPlace(path, inputs), labels is null ? null : new ArrayPlace(path, labels));
    }
}
