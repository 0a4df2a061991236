using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>How files of pictures become a model's input: as its contract says; where that does not tell, or there is none, pictures of the very size
/// of the input are taken, if that tells rows, pixels and channels.</summary>
internal sealed class PictureInput
{
    // Where nobody says how, as Import-ModelDataset does if it is told nothing else.
    private static readonly DataContract s_usual = new() { Deviation = [255] }, s_bytes = new();

    private readonly DataContract _rules;
    private readonly ImageForm _form;
    private readonly bool _isResized;
    private readonly string _wanted;

    /// <summary>The way for an input.</summary>
    /// <param name="contract">What the model knows of its data; null for nothing.</param>
    /// <param name="input">The tensor that takes the examples.</param>
    /// <exception cref="GraphException">The model takes no pictures, or does not tell of which size.</exception>
    public PictureInput(DataContract? contract, GraphTensor input)
    {
        _wanted = $"'{input.Name}' {input.DType.Name()} {BatchFeed.FedShape(input)}";
        _rules = contract?.Image is null && input.DType == DType.UInt8 ? s_bytes : contract ?? s_usual;
        _isResized = contract?.PictureForm() is not null;
        _form = contract?.PictureForm() ?? FormOf(contract, input);
        ExampleShape = contract?.Shape ?? _form.Shape;
    }

    /// <summary>The way for an input, if there is one.</summary>
    public static bool TryFor(DataContract? contract, GraphTensor input, out PictureInput? way)
    {
        try
        {
            way = new PictureInput(contract, input);
            return true;
        }
        catch (GraphException)
        {
            way = null;
            return false;
        }
    }

    /// <summary>The shape of an example.</summary>
    public Shape ExampleShape { get; }

    /// <summary>Reads one.</summary>
    /// <exception cref="ModelFileException">The file cannot be read, is no picture, or of another size than the arrays that the model takes.</exception>
    public double[] Read(string path)
    {
        double[] example = new double[ExampleShape.ElementCount];
        if (_isResized)
        {
            ImageExample.Read(path, _form, _rules, new float[example.Length], example);
            return example;
        }

        Pixels<byte> picture = ImageFile.Read(path, _form.Channels);
        if (picture.Height != _form.Height || picture.Width != _form.Width)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument,
                path,
                $"the picture has {picture.Height} × {picture.Width} pixels; the model takes {_form.Height} × {_form.Width} in {(_form.Channels == 1 ? "grey" : "colours")} ({_wanted}), and does not say how others are resized. Resize it, or say how: -Contract (Import-ModelDataset FOLDER -ImageSize {(_form.Height == _form.Width ? $"{_form.Width}" : $"{_form.Height}, {_form.Width}")} -Channels {_form.Channels}).Contract, of a folder of pictures.");
        }

        for (int i = 0; i < example.Length; i++)
        {
            example[i] = picture.Values[i];
        }

        _rules.Scale(example);
        return example;
    }

    private ImageForm FormOf(DataContract? contract, GraphTensor input)
    {
        if (contract is { Columns.Count: > 0 })
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The model takes rows with the columns {string.Join(", ", contract.Columns.Take(20).Select(column => column.Name))}, no pictures.");
        }

        Shape fed = BatchFeed.FedShape(input);
        long[] sizes = contract?.Shape.Dimensions.ToArray() ?? (fed.Rank > 1 ? fed.Dimensions[1..].ToArray() : []);
        ImageForm? form = sizes switch
        {
            [> 0 and <= ImageForm.LargestSide and var height, > 0 and <= ImageForm.LargestSide and var width] => new((int)height, (int)width, 1),
            [> 0 and <= ImageForm.LargestSide and var height, > 0 and <= ImageForm.LargestSide and var width, (1 or 3) and var channels] => new((int)height, (int)width, (int)channels),
            [> 0 and var all] when Root(all) is { } side => new(side, side, 1),
            [> 0 and var all] when all % 3 == 0 && Root(all / 3) is { } side => new(side, side, 3),
            _ => null,
        };
        return form ?? throw new GraphException(
            StatusCode.InvalidArgument,
            $"The model's input is {_wanted}, which does not tell of what size and how many channels pictures are. Train it on a folder of pictures (Import-ModelDataset -Path), or give a contract of such data.");
    }

    private static int? Root(long number)
    {
        int root = (int)Math.Round(Math.Sqrt(number));
        return number <= (long)ImageForm.LargestSide * ImageForm.LargestSide && (long)root * root == number ? root : null;
    }
}
