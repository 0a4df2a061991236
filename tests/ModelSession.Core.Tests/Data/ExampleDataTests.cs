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
