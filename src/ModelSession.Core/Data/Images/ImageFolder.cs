using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Reads folders of pictures: a folder for each class, whose name is that of the class. Such folders may stand in others called
/// <c>train</c>, <c>validation</c> and <c>test</c>.</summary>
public static class ImageFolder
{
    private static readonly string[] s_train = ["train", "training"], s_validation = ["validation", "valid", "val"], s_test = ["test", "testing"];

    /// <summary>Whether a folder looks like one of pictures in classes.</summary>
    public static bool Is(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(inner => Pictures(inner).Any() || Directory.EnumerateDirectories(inner).Any(deeper => Pictures(deeper).Any()));

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How pictures become examples.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">There is no such folder, a class has no picture, or parts have other classes.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static ModelDataset Read(string folder, ImageOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        options ??= new ImageOptions();
        options.Split.Check();
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new ModelFileException(StatusCode.NotFound, full, "there is no such folder.");
        }

        try
        {
            return Open(full, options, cancel);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(full, error);
        }
    }

    private static ModelDataset Open(string folder, ImageOptions options, CancellationToken cancel)
    {
        string name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        string? divided = Inner(folder, s_train), validation = divided is null ? null : Inner(folder, s_validation), test = divided is null ? null : Inner(folder, s_test);
        string train = divided ?? folder;
        string[] classes = Classes(train, options.Contract);
        bool own = validation is not null || test is not null;
        WorkCounter found = new(options.Progress, null, WorkUnit.Files);
        (string Path, int Class)[] files = Files(train, classes, mayLack: options.Contract is not null, found, cancel);
        DataContract contract = Contract(files[0].Path, classes, options);
        return new ModelDataset(
            name,
            Part("train", train, own ? files : Share(files, options.Split, 0))!,
            validation is not null ? Part("validation", validation, Files(validation, classes, mayLack: true, found, cancel)) : own ? null : Part("validation", train, Share(files, options.Split, 1)),
            test is not null ? Part("test", test, Files(test, classes, mayLack: true, found, cancel)) : own ? null : Part("test", train, Share(files, options.Split, 2)));

        ImageFolderPart? Part(string part, string root, (string Path, int Class)[] chosen) =>
            chosen.Length == 0 ? null : new ImageFolderPart($"{name}, {part}", root, chosen, contract);
    }

    private static string[] Classes(string folder, DataContract? contract)
    {
        string[] there = [.. Subfolders(folder).Select(inner => Path.GetFileName(inner)!)];
        if (contract is not { ClassNames: { Count: > 0 } known })
        {
            return there;
        }

        string? unknown = there.Except(known, StringComparer.Ordinal).FirstOrDefault();
        return unknown is null ? [.. known] : throw new ModelFileException(
            StatusCode.InvalidArgument,
            Path.Combine(folder, unknown),
            $"the model does not know the class '{unknown}'.{NearestNames.Hint(unknown, known)} It knows {string.Join(", ", known.Take(20).Select(one => $"'{one}'"))}.");
    }

    private static string? Inner(string folder, string[] names) =>
        Directory.EnumerateDirectories(folder).FirstOrDefault(inner => names.Contains(Path.GetFileName(inner), StringComparer.OrdinalIgnoreCase) && Subfolders(inner).Any());

    private static IEnumerable<string> Subfolders(string folder) =>
        Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Pictures(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.TopDirectoryOnly).Where(file => ImageFile.Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal);

    private static (string Path, int Class)[] Files(string root, string[] classes, bool mayLack, WorkCounter found, CancellationToken cancel)
    {
        List<(string, int)> files = [];
        string[] unknown = [.. Subfolders(root).Select(inner => Path.GetFileName(inner)!).Except(classes, StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, Path.Combine(root, unknown[0]), $"there is no class of that name to learn.{NearestNames.Hint(unknown[0], classes)}");
        }

        for (int i = 0; i < classes.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            string folder = Path.Combine(root, classes[i]);
            int before = files.Count;
            foreach (string file in Directory.Exists(folder) ? Pictures(folder) : [])
            {
                cancel.ThrowIfCancellationRequested();
                files.Add((file, i));
            }

            found.Add(files.Count - before);
            if (files.Count == before && !mayLack)
            {
                throw new ModelFileException(StatusCode.InvalidArgument, folder, $"the class has no picture: no file in {string.Join(", ", ImageFile.Extensions)}.");
            }
        }

        return files.Count > 0 ? [.. files] : throw new ModelFileException(StatusCode.NotFound, root, "there are no pictures: one folder for each class is needed, with its pictures in it.");
    }

    // Each class by itself, so that every part has as many of it as its share says.
    private static (string Path, int Class)[] Share((string Path, int Class)[] files, DataSplit split, int part) =>
        [.. files.GroupBy(file => file.Class).SelectMany(group => Chosen([.. group], split.Rows(group.Key, group.Count(), part)))];

    private static IEnumerable<(string Path, int Class)> Chosen((string Path, int Class)[] files, int[] rows) => rows.Select(row => files[row]);

    private static DataContract Contract(string first, string[] classes, ImageOptions options)
    {
        if (options.Contract is { } known)
        {
            return known.Image is not null ? known : throw new ArgumentException("The model learnt from other data than pictures; its contract does not say how they become examples.");
        }

        return options.ContractOf(ImageFile.Read(first, options.Channels ?? 0)) with { ClassCount = classes.Length, ClassNames = classes };
    }
}
