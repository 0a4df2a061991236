using Google.Protobuf;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Data;

public sealed class ExampleDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TFRecordCompression.None, 0)]
    [InlineData(TFRecordCompression.Gzip, 0)]
    [InlineData(TFRecordCompression.Zlib, 1 << 20)]
    public void Features_are_columns_of_as_many_numbers_as_they_have(TFRecordCompression compression, long memory)
    {
        string path = Write([Of([1, 2], 0, "a"), Of([3, 4], 2, "b")], compression);
        DatasetPart part = ExampleData.Read([path], new TableOptions { Features = ["x", "name"], MemoryLimit = memory }).Train;
        Assert.Equal([1, 2, 1, 0, 3, 4, 0, 1], part.Inputs());
        Assert.Equal([0, 2], part.Labels());
        Assert.Equal((3, 2), (part.ClassCount, part.Contract!.Columns[0].Size));
    }

    [Fact]
    public void Bytes_are_numbers_from_0_to_255()
    {
        Example example = Of([0], 1, "a");
        example.Features.Feature["name"] = new Feature { BytesList = new BytesList { Value = { ByteString.CopyFrom(0, 128, 255) } } };
        DatasetPart part = ExampleData.Read([Write([example])], new TableOptions { Features = ["name"] }).Train;
        Assert.Equal([0, 128, 255], part.Inputs());
    }

    [Fact]
    public void Negative_integers_and_wide_ones_are_whole()
    {
        Example example = Of([0], 1, "a");
        example.Features.Feature["x"] = new Feature { Int64List = new Int64List { Value = { -1, long.MinValue, 1L << 40, 0 } } };
        Assert.Equal([-1, long.MinValue, 1L << 40, 0], ExampleData.Read([Write([example])], new TableOptions { Features = ["x"] }).Train.Inputs());
    }

    [Fact]
    public void Values_that_stand_one_by_one_are_read_like_packed_ones()
    {
        // x: floats 1 (by itself) and 2, 3 (packed); y: 300 and, packed, none; as protocol buffers wrote them before, and may.
        byte[] floats = [0x0D, 0, 0, 0x80, 0x3F, 0x0A, 8, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40], integers = [0x08, 0xAC, 0x02];
        DatasetPart part = ExampleData.Read([WriteRecords(Record(("x", 0x12, floats), ("y", 0x1A, integers)))], new TableOptions { LabelColumns = ["y"], LabelKind = LabelKind.Number }).Train;
        Assert.Equal([1, 2, 3], part.Inputs());
        Assert.Equal([300], part.Labels());
        byte[] mixed = [0x0D, 0, 0, 0x80, 0x3F, 0x08, 1];
        Assert.Contains("values of the feature's list", Assert.Throws<ModelFileException>(() => ExampleData.Read([WriteRecords(Record(("x", 0x12, mixed)))])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TFRecordCompression.None)]
    [InlineData(TFRecordCompression.Gzip)]
    public void Pictures_in_records_become_what_pictures_in_folders_become(TFRecordCompression compression)
    {
        Example[] examples = [.. Enumerable.Range(0, 6).Select(i => Picture(PngEncoder.Encode<byte>([.. Enumerable.Range(0, 12).Select(k => (byte)(k + 10 * i))], 2, 2, 3), i % 3))];
        string path = Write(examples, compression);
        DatasetPart part = ExampleData.Read([path], new TableOptions { Pictures = new ImageOptions { Order = ChannelOrder.Bgr, Mean = [1], Scale = 2 } }).Train;
        Assert.Equal((6, 3, new Shape(2, 2, 3)), (part.Count, part.ClassCount, part.ExampleShape));
        Assert.Equal(new ImageForm(2, 2, 3, ChannelOrder.Bgr), part.Contract!.Image);
        Assert.Equal([0.5f, 0, -0.5f, 2, 1.5f, 1], part.Inputs()[..6].Select(value => (float)value));
        Assert.Equal([0, 1, 2, 0, 1, 2], part.Labels());
        Assert.Equal([part.Inputs()[12]], part.Contract!.EncodePictures([examples[1].Features.Feature["image/encoded"].BytesList.Value[0].ToByteArray()]).Span<float>()[..1].ToArray().Select(value => (double)value));

        DatasetPart grey = ExampleData.Read([path], new TableOptions { Pictures = new ImageOptions { Size = (1, 1), Channels = 1 }, Features = ["image/encoded"] }).Train;
        Assert.Equal(new Shape(1, 1, 1), grey.ExampleShape);
        Assert.Equal(part.Contract, ExampleData.Read([path], new TableOptions { Contract = part.Contract }).Train.Contract);
        Assert.Equal([1], ExampleData.Read([path], new TableOptions { Features = ["image/height"] }).Train.ExampleShape.Dimensions.ToArray());
        Assert.Throws<ArgumentException>(() => ExampleData.Read([path], new TableOptions { Features = ["image/*"] }));
        Assert.Throws<GraphException>(() => CsvData.Parse("a,y\n1,2\n", new TableOptions { Contract = part.Contract }));
    }

    [Fact]
    public void A_picture_that_is_missing_or_damaged_is_told_with_its_row()
    {
        byte[] png = PngEncoder.Encode<byte>(new byte[12], 2, 2, 3);
        Example without = Picture(png, 0);
        without.Features.Feature.Remove("image/encoded");
        string path = Write([Picture(png, 0), without, Picture(png[..40], 1)]);
        DatasetPart part = ExampleData.Read([path]).Train, dropped = ExampleData.Read([path], new TableOptions { Missing = MissingPolicy.DropRow }).Train;
        Assert.Equal((3, 2), (part.Count, dropped.Count));
        ModelFileException error = Assert.Throws<ModelFileException>(() => part.Read([1], Tensor.Zeros(DType.Float32, [1, 2, 2, 3]), null));
        Assert.Equal((path, 2L, "image/encoded"), (error.Path, error.Row, error.Column));
        error = Assert.Throws<ModelFileException>(() => dropped.Read([1], Tensor.Zeros(DType.Float32, [1, 2, 2, 3]), null));
        Assert.Equal((path, 3L, "image/encoded"), (error.Path, error.Row, error.Column));
    }

    [Fact]
    public void Wrong_records_are_refused_with_their_place()
    {
        Refused("row 2, column 'x': there are 3 values; 2 are expected", Of([1, 2], 0, "a"), Of([3, 4, 5], 1, "a"));
        Example without = Of([1, 2], 0, "a");
        without.Features.Feature.Remove("x");
        Refused("row 3, column 'x': the value is missing", Of([1, 2], 0, "a"), Of([1, 2], 0, "a"), without);
        Refused("row 2, column 'x': the number is NaN", Of([1, 2], 0, "a"), Of([1, float.NaN], 0, "a"));
    }

    [Fact]
    public void Records_that_are_no_Examples_or_damaged_are_refused()
    {
        string path = _folder["no.tfrecord"];
        using (TFRecordWriter writer = TFRecordWriter.Create(path))
        {
            writer.Write([1, 2, 3]);
        }

        Assert.Contains("no tf.train.Example", Assert.Throws<ModelFileException>(() => ExampleData.Read([path])).Message, StringComparison.Ordinal);
        path = Write([Of([1, 2], 0, "a"), Of([1, 2], 0, "a")]);
        byte[] sound = File.ReadAllBytes(path);
        for (int i = 0; i < sound.Length; i++)
        {
            byte[] damaged = [.. sound];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<ModelFileException>(() => ExampleData.Read([path]));
            if (i > 0)
            {
                File.WriteAllBytes(path, sound[..i]);
                if (i >= sound.Length / 2 && i < sound.Length / 2 + 12)
                {
                    // TensorFlow takes a file that ends inside of a header for whole.
                    continue;
                }

                Assert.Throws<ModelFileException>(() => ExampleData.Read([path]));
            }
        }
    }

    private static Example Picture(byte[] file, long label) => new()
    {
        Features = new Features
        {
            Feature =
            {
                ["image/encoded"] = new Feature { BytesList = new BytesList { Value = { ByteString.CopyFrom(file) } } },
                ["image/format"] = new Feature { BytesList = new BytesList { Value = { ByteString.CopyFromUtf8("png") } } },
                ["image/height"] = new Feature { Int64List = new Int64List { Value = { 2 } } },
                ["image/class/label"] = new Feature { Int64List = new Int64List { Value = { label } } },
            },
        },
    };

    // An Example written byte by byte: names, the tag of the kind of list, the list.
    private static byte[] Record(params (string Name, byte Kind, byte[] List)[] features)
    {
        byte[] all = [.. features.SelectMany(feature => Field(0x0A, [.. Field(0x0A, System.Text.Encoding.UTF8.GetBytes(feature.Name)), .. Field(0x12, Field(feature.Kind, feature.List))]))];
        return Field(0x0A, all);

        static byte[] Field(byte tag, byte[] bytes) => [tag, (byte)bytes.Length, .. bytes];
    }

    private string WriteRecords(params byte[][] records)
    {
        string path = _folder["data.tfrecord"];
        using TFRecordWriter writer = TFRecordWriter.Create(path);
        foreach (byte[] record in records)
        {
            writer.Write(record);
        }

        return path;
    }

    private void Refused(string message, params Example[] examples) => Assert.Contains(
        message, Assert.Throws<ModelFileException>(() => ExampleData.Read([Write(examples)], new TableOptions { Features = ["x"] })).Message, StringComparison.Ordinal);

    private static Example Of(float[] x, long y, string name) => new()
    {
        Features = new Features
        {
            Feature =
            {
                ["x"] = new Feature { FloatList = new FloatList { Value = { x } } },
                ["y"] = new Feature { Int64List = new Int64List { Value = { y } } },
                ["name"] = new Feature { BytesList = new BytesList { Value = { ByteString.CopyFromUtf8(name) } } },
            },
        },
    };

    private string Write(IEnumerable<Example> examples, TFRecordCompression compression = TFRecordCompression.None)
    {
        string path = _folder["data.tfrecord"];
        using TFRecordWriter writer = TFRecordWriter.Create(path, compression);
        foreach (Example example in examples)
        {
            writer.Write(example);
        }

        return path;
    }
}
