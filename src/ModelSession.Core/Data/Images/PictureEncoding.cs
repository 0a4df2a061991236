namespace ModelSessions.Data;

/// <summary>Files of pictures as a model takes them, by the contract that it has learnt with: decoded, resized, scaled.</summary>
public static class PictureEncoding
{
    /// <summary>How pictures become arrays under a contract: as its <see cref="DataContract.Image"/> says. Where the model has learnt from arrays,
    /// those of shape [height, width] or [height, width, 1] are taken for grey pictures, of shape [height, width, 3] for coloured ones (RGB).
    /// Null where pictures cannot become what the model takes.</summary>
    public static ImageForm? PictureForm(this DataContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract.Image ?? (contract.Columns.Count == 0 && contract.Shape is { Rank: 2 or 3 } shape
            && shape.Dimensions[..2] is [>= 1 and <= ImageForm.LargestSide, >= 1 and <= ImageForm.LargestSide] && (shape.Rank == 2 || shape[2] is 1 or 3)
            ? new ImageForm((int)shape[0], (int)shape[1], shape.Rank == 2 ? 1 : (int)shape[2])
            : null);
    }

    /// <summary>Pictures as a batch of examples.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="paths">Their files: JPEG, PNG, GIF or BMP, told by their content.</param>
    /// <param name="type">The type of the batch. Where the model has learnt from arrays, bytes stay 0 to 255.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">A file cannot be read, is damaged, or no such picture; its path is named.</exception>
    /// <exception cref="GraphException">The model takes no pictures.</exception>
    public static Tensor EncodePictures(this DataContract contract, IEnumerable<string> paths, DType type = DType.Float32, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(contract);
        string[] files = [.. paths ?? throw new ArgumentNullException(nameof(paths))];
        return Encode(contract, files.Length, type, (index, form, rules, pixels, example) => ImageExample.Read(files[index], form, rules, pixels, example), cancel);
    }

    /// <summary>Pictures that stand in memory as a batch of examples.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="pictures">The bytes of their files.</param>
    /// <param name="type">The type of the batch.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">Bytes are no picture, or damaged.</exception>
    /// <exception cref="GraphException">The model takes no pictures.</exception>
    public static Tensor EncodePictures(this DataContract contract, IEnumerable<byte[]> pictures, DType type = DType.Float32, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(contract);
        byte[][] files = [.. pictures ?? throw new ArgumentNullException(nameof(pictures))];
        return Encode(contract, files.Length, type, (index, form, rules, pixels, example) => ImageExample.Decode(files[index], form, rules, pixels, example), cancel);
    }

    private delegate void Put(int index, ImageForm form, DataContract rules, Span<float> pixels, Span<double> example);

    private static Tensor Encode(DataContract contract, int count, DType type, Put put, CancellationToken cancel)
    {
        ImageForm form = contract.PictureForm() ?? throw new GraphException(StatusCode.InvalidArgument, contract.Columns.Count > 0
            ? $"The model takes rows of the columns {string.Join(", ", contract.Columns.Take(20).Select(column => column.Name))}{(contract.Columns.Count > 20 ? ", …" : "")}, not pictures."
            : $"The model takes arrays of shape {contract.Shape}, which do not tell how a picture becomes one. Give it arrays.");
        Tensor batch = Tensor.Uninitialized(type, Shape.Create([count, .. contract.Shape]));
        double[] example = new double[contract.Shape.ElementCount];
        float[] pixels = new float[example.Length];
        DataContract rules = type == DType.UInt8 && contract.Image is null ? contract with { Mean = [], Deviation = [] } : contract;
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            put(i, form, rules, pixels, example);
            for (int j = 0; j < example.Length; j++)
            {
                NumberCopy.Set(batch, (long)i * example.Length + j, example[j]);
            }
        }

        return batch;
    }
}
