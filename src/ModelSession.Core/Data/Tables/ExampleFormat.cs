using System.Text;

namespace ModelSessions.Data;

/// <summary>Rows as records of tf.train.Example; columns are features, in the order of their names.</summary>
internal sealed class ExampleFormat : RowFormat
{
    // TensorFlow's customary name.
    private const string UsualPicture = "image/encoded";

    private ExampleFormat(IReadOnlyList<string> columns, string? picture) => (Columns, PictureColumn) = (columns, picture);

    public override IReadOnlyList<string> Columns { get; }

    public override string? PictureColumn { get; }

    public override RowFraming Framing { get; } = new RecordFraming();

    /// <summary>The format of a file: the features of its first record.</summary>
    /// <exception cref="ModelFileException">It has no records, or the first is no Example.</exception>
    public static ExampleFormat Of(ByteSource source)
    {
        using BlockReader reader = new(source, new RecordFraming());
        using RowBlock block = reader.Next() ?? throw new ModelFileException(StatusCode.InvalidArgument, source.Path, "there are no records in it.");
        List<string> names = [], pictures = [];
        try
        {
            ExampleRowParser.EachFeature(block[0], (name, feature) =>
            {
                names.Add(Encoding.UTF8.GetString(name));
                if (ImageFile.Knows(ExampleRowParser.FirstText(feature)))
                {
                    pictures.Add(names[^1]);
                }
            });
        }
        catch (ModelFileException error)
        {
            throw block.Fault(0, null, $"this is no tf.train.Example: {error.Message}");
        }

        return names.Count > 0
            ? new ExampleFormat([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], pictures.Contains(UsualPicture) ? UsualPicture : pictures.Count == 1 ? pictures[0] : null)
            : throw block.Fault(0, null, "this is no tf.train.Example with features.");
    }

    public override RowParser CreateParser() => new ExampleRowParser(this);
}
