using System.Buffers.Binary;
using System.IO.Compression;
using ModelSessions.Data;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Data;

public sealed class MnistDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_has_nine_thousand_one_thousand_and_two_thousand_images()
    {
        ModelDataset sample = MnistData.Sample;
        Assert.Equal((9_000, 1_000, 2_000), (sample.Train.Count, sample.Validation!.Count, sample.Test!.Count));
        Assert.Equal("Mnist sample: 9,000 train, 1,000 validation, 2,000 test", sample.ToString());
    }

    // The first ten labels of MNIST's training set are known to everybody.
    [Fact]
    public void The_sample_starts_as_MNIST_does()
    {
        Tensor labels = Tensor.Zeros(DType.Int32, [10]);
        MnistData.Sample.Train.Read([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], null, labels);
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], labels.Span<int>().ToArray());
    }

    [Fact]
    public void Validation_is_the_end_of_the_training_set()
    {
        Write("train", 20, i => (byte)(i % 10));
        Write("t10k", 4, i => (byte)i);
        ModelDataset data = MnistData.Read(_folder.Path);
        Assert.Equal((18, 2, 4), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        Tensor labels = Tensor.Zeros(DType.UInt8, [2]);
        data.Validation.Read([0, 1], null, labels);
        Assert.Equal([8, 9], labels.Span<byte>().ToArray());
    }

    [Fact]
    public void Pixels_are_divided_by_255_in_float32()
    {
        Write("train", 20, _ => 0);
        Write("t10k", 4, _ => 0);
        Tensor batch = Tensor.Zeros(DType.Float32, [1, 784]);
        MnistData.Read(_folder.Path).Train.Read([0], batch, null);
        for (int i = 0; i < 784; i++)
        {
            Assert.Equal((float)(byte)i / 255f, batch.Span<float>()[i]);
        }
    }

    [Fact]
    public void Images_and_labels_must_be_equally_many()
    {
        Write("train", 20, _ => 0);
        WriteFile("t10k-images-idx3-ubyte.gz", [5, 28, 28], new byte[5 * 784]);
        WriteFile("t10k-labels-idx1-ubyte.gz", [4], new byte[4]);
        ModelFileException error = Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path));
        Assert.Contains("has 4 labels", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 5 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_above_nine_is_refused_with_its_place()
    {
        Write("train", 20, i => i == 7 ? (byte)10 : (byte)1);
        Write("t10k", 4, _ => 0);
        ModelFileException error = Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path));
        Assert.Contains("label 7 is 10", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(5_000)]
    public void A_truncated_file_is_refused(int length)
    {
        Write("train", 20, _ => 0);
        Write("t10k", 4, _ => 0);
        string path = _folder["train-images-idx3-ubyte"];
        using (GZipStream whole = new(File.OpenRead(path + ".gz"), CompressionMode.Decompress))
        using (FileStream cut = File.Create(path))
        {
            whole.CopyTo(cut);
            cut.SetLength(length);
        }

        File.Delete(path + ".gz");
        ModelFileException error = Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path));
        Assert.Equal((StatusCode.DataLoss, path), (error.Code, error.Path));
    }

    [Fact]
    public void A_truncated_compressed_file_is_refused()
    {
        Write("train", 20, i => (byte)(i % 10));
        Write("t10k", 4, _ => 0);
        string path = _folder["train-images-idx3-ubyte.gz"];
        byte[] bytes = File.ReadAllBytes(path);
        // What follows the compressed bytes is their checksum: without it all images are there.
        for (int length = 0; length < bytes.Length - 8; length += 7)
        {
            File.WriteAllBytes(path, bytes.AsSpan(0, length));
            Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path)).Code);
        }
    }

    [Fact]
    public void A_header_that_claims_gigabytes_takes_no_memory()
    {
        Write("train", 20, _ => 0);
        Write("t10k", 4, _ => 0);
        WriteFile("train-images-idx3-ubyte.gz", [2_000_000, 28, 28], new byte[784]);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 50_000_000);
    }

    [Fact]
    public void Missing_files_are_all_named()
    {
        Write("train", 20, _ => 0);
        ModelFileException error = Assert.Throws<ModelFileException>(() => MnistData.Read(_folder.Path));
        Assert.Contains("'t10k-images-idx3-ubyte'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'t10k-labels-idx1-ubyte'", error.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => MnistData.Read(_folder["none"])).Code);
    }

    private void Write(string set, int count, Func<int, byte> label)
    {
        WriteFile($"{set}-images-idx3-ubyte.gz", [count, 28, 28], [.. Enumerable.Range(0, count * 784).Select(i => (byte)(i % 784))]);
        WriteFile($"{set}-labels-idx1-ubyte.gz", [count], [.. Enumerable.Range(0, count).Select(label)]);
    }

    private void WriteFile(string name, int[] sizes, byte[] bytes)
    {
        using GZipStream file = new(File.Create(_folder[name]), CompressionLevel.Fastest);
        file.Write([0, 0, 8, (byte)sizes.Length]);
        byte[] number = new byte[4];
        foreach (int size in sizes)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, size);
            file.Write(number);
        }

        file.Write(bytes);
    }
}
