namespace ModelSessions.Data;

/// <summary>The MNIST digits: a sample that comes with this library, or the four files of the whole set.</summary>
public static class MnistData
{
    private const int ClassCount = 10;
    private const int SampleValidation = 1_000;
    private const int FullValidation = 5_000;

    private static readonly Shape s_imageShape = [28, 28];
    private static readonly Lazy<ModelDataset> s_sample = new(ReadSample);

    /// <summary>The first 10,000 training images, the last 1,000 of them for validation, and the first 2,000 test images.</summary>
    public static ModelDataset Sample => s_sample.Value;

    /// <summary>Reads the standard idx files of a folder, gzipped or not. The last 5,000 training images are for validation.</summary>
    /// <param name="folder">Holds <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c> and the two of <c>t10k</c>.</param>
    /// <exception cref="ModelFileException">A file is missing or damaged, images and labels are not equally many, or a label is above 9.</exception>
    public static ModelDataset Read(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new ModelFileException(StatusCode.NotFound, full, "there is no such folder. It must hold the four MNIST files.");
        }

        string[] names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        string?[] paths = [.. names.Select(name => Find(full, name))];
        string[] missing = [.. names.Where((_, i) => paths[i] is null)];
        if (missing.Length > 0)
        {
            throw new ModelFileException(StatusCode.NotFound, full, $"the folder lacks {string.Join(", ", missing.Select(name => $"'{name}' (or '{name}.gz')"))}.");
        }

        return Combine("Mnist", FullValidation, ReadPair(paths[0]!, paths[1]!), ReadPair(paths[2]!, paths[3]!));
    }

    private static string? Find(string folder, string name) =>
        new[] { name, name + ".gz" }.SelectMany(file => new[] { file, file.Replace("-idx", ".idx", StringComparison.Ordinal) })
            .Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static ModelDataset ReadSample() => Combine(
        "Mnist sample",
        SampleValidation,
        Pair(Resource("train-images-idx3-ubyte.gz"), "train images", Resource("train-labels-idx1-ubyte.gz"), "train labels"),
        Pair(Resource("t10k-images-idx3-ubyte.gz"), "test images", Resource("t10k-labels-idx1-ubyte.gz"), "test labels"));

    private static IdxFile Resource(string name)
    {
        using Stream stream = typeof(MnistData).Assembly.GetManifestResourceStream($"mnist/{name}")!;
        return IdxFile.Read(stream, name);
    }

    private static (byte[] Images, byte[] Labels) ReadPair(string images, string labels) => Pair(IdxFile.Read(images), images, IdxFile.Read(labels), labels);

    private static (byte[] Images, byte[] Labels) Pair(IdxFile images, string imagesPath, IdxFile labels, string labelsPath)
    {
        if (images.Type != DType.UInt8 || images.Shape.Rank != 3 || images.Shape[1] != s_imageShape[0] || images.Shape[2] != s_imageShape[1])
        {
            throw new ModelFileException(StatusCode.InvalidArgument, imagesPath, $"it holds {images.Type.Name()} {images.Shape}; MNIST images are uint8 [?, 28, 28].");
        }

        if (labels.Type != DType.UInt8 || labels.Shape.Rank != 1)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, labelsPath, $"it holds {labels.Type.Name()} {labels.Shape}; labels are uint8 [?].");
        }

        if (images.Shape[0] != labels.Shape[0])
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, labelsPath, $"it has {labels.Shape[0]:n0} labels; '{imagesPath}' has {images.Shape[0]:n0} images. They must be equally many.");
        }

        int wrong = labels.Bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(ClassCount - 1));
        return wrong < 0
            ? (images.Bytes, labels.Bytes)
            : throw new ModelFileException(StatusCode.InvalidArgument, labelsPath, $"label {wrong:n0} is {labels.Bytes[wrong]}; the classes are 0 to {ClassCount - 1}.", 8 + wrong);
    }

    private static ModelDataset Combine(string name, int validation, (byte[] Images, byte[] Labels) train, (byte[] Images, byte[] Labels) test)
    {
        int all = train.Labels.Length;
        // Fewer images than that (a trial with a few files): a tenth.
        int kept = all > validation ? all - validation : all - all / 10;
        return new ModelDataset(
            name,
            Part($"{name}, train", train, 0, kept),
            kept < all ? Part($"{name}, validation", train, kept, all) : null,
            Part($"{name}, test", test, 0, test.Labels.Length));
    }

    private static ImageDatasetPart Part(string name, (byte[] Images, byte[] Labels) data, int from, int to)
    {
        int size = (int)s_imageShape.ElementCount;
        return new ImageDatasetPart(name, data.Images.AsMemory(from * size, (to - from) * size), data.Labels.AsMemory(from, to - from), s_imageShape, ClassCount);
    }
}
