using System.IO.Compression;
using ModelSessions.Data;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Data;

public sealed class DatasetFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("table.txt", "a,b", DatasetFormat.Csv)]
    [InlineData("table", "a,b", DatasetFormat.Csv)]
    [InlineData("empty.tfrecord", "", DatasetFormat.TFRecord)]
    [InlineData("named.csv", "\u0093NUMPY\u0001\0", DatasetFormat.Npy)]
    [InlineData("named.dat", "PK\u0003\u0004", DatasetFormat.Npz)]
    [InlineData("named.bin", "\0\0\u0008\u0001\0\0\0\u0002", DatasetFormat.Idx)]
    [InlineData("short.npy", "", DatasetFormat.Npy)]
    public void Content_says_more_than_a_name(string name, string content, DatasetFormat format)
    {
        File.WriteAllBytes(_folder[name], [.. content.Select(letter => (byte)letter)]);
        Assert.Equal(format, DatasetFiles.Recognize(_folder[name]));
    }

    [Theory]
    [InlineData("table.csv.gz", DatasetFormat.Csv)]
    [InlineData("examples.tfrecord.gz", DatasetFormat.TFRecord)]
    [InlineData("train-labels-idx1-ubyte.gz", DatasetFormat.Idx)]
    public void Packed_files_are_known_by_the_name_that_they_have_when_unpacked(string name, DatasetFormat format)
    {
        using (GZipStream packed = new(File.Create(_folder[name]), CompressionMode.Compress))
        {
            packed.Write("a,b"u8);
        }

        Assert.Equal(format, DatasetFiles.Recognize(_folder[name]));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told() =>
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => DatasetFiles.Recognize(_folder["none.csv"])).Code);
}
