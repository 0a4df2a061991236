using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

public sealed class TFRecordTests
{
    [Theory]
    [InlineData(TFRecordCompression.None)]
    [InlineData(TFRecordCompression.Zlib)]
    [InlineData(TFRecordCompression.Gzip)]
    public void What_is_written_is_read_however_it_is_packed(TFRecordCompression compression)
    {
        using TemporaryFolder folder = new();
        byte[][] records = [[], [1], [.. Enumerable.Range(0, 3 << 20).Select(i => (byte)(i * 7))], "text"u8.ToArray()];
        Write(folder["r"], compression, records);

        Assert.Equal(records.Select(Convert.ToHexString), TFRecordReader.ReadAll(folder["r"], compression).Select(Convert.ToHexString));
        Assert.Equal(records.Select(Convert.ToHexString), TFRecordReader.ReadAll(folder["r"]).Select(Convert.ToHexString));
    }

    [Fact]
    public void The_place_of_each_record_is_told()
    {
        using TemporaryFolder folder = new();
        Write(folder["r"], TFRecordCompression.None, [[1, 2, 3], [4]]);
        using TFRecordReader reader = TFRecordReader.Open(folder["r"]);
        Assert.True(reader.Read());
        Assert.Equal(0, reader.Offset);
        Assert.True(reader.Read());
        Assert.Equal(19, reader.Offset);
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_missing_file_is_an_error_of_its_own() =>
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => TFRecordReader.Open("/nowhere/r")).Code);

    [Fact]
    public void A_length_beyond_the_file_takes_no_memory()
    {
        using TemporaryFolder folder = new();
        byte[] header = new byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(header, 1L << 60);
        TFRecordFrame.WriteChecksum(header.AsSpan(8), header.AsSpan(0, 8));
        File.WriteAllBytes(folder["r"], header);
        using (FileStream file = File.Create(folder["z"]))
        using (System.IO.Compression.GZipStream zip = new(file, System.IO.Compression.CompressionMode.Compress))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(header, 1L << 30);
            TFRecordFrame.WriteChecksum(header.AsSpan(8), header.AsSpan(0, 8));
            zip.Write(header);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => TFRecordReader.ReadAll(folder["r"]).Count()).Code);
        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => TFRecordReader.ReadAll(folder["z"]).Count()).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Theory]
    [InlineData("tfrecords/examples")]
    [InlineData("tfrecords/gzip_level0")]
    public void Every_cut_and_every_changed_byte_ends_in_sound_records_or_an_error(string name)
    {
        byte[] sound = File.ReadAllBytes(SharedData.Require($"golden/files/{name}/data.tfrecord"));
        byte[][] records = [.. TFRecordReader.ReadAll(SharedData.Require($"golden/files/{name}/data.tfrecord"))];
        using TemporaryFolder folder = new();
        foreach (byte[] damaged in Damage.CutsAndFlips(sound))
        {
            CheckPrefix(folder["r"], damaged, records);
        }

        Damage.ForAll(300, random => CheckPrefix(folder["r"], Damage.Mutate(Damage.Mutate(sound, random), random), null));
    }

    [Fact]
    public void TensorFlow_reads_what_is_written()
    {
        using TemporaryFolder folder = new();
        Example example = new() { Features = new() };
        example.Features.Feature["x"] = new Feature { FloatList = new() { Value = { 1, 2.5f } } };
        foreach (TFRecordCompression compression in Enum.GetValues<TFRecordCompression>())
        {
            using TFRecordWriter writer = TFRecordWriter.Create(folder[compression.ToString()], compression);
            writer.Write(example);
            writer.Write([]);
        }

        using (EventWriter events = EventWriter.Create(folder["logs"]))
        {
            events.WriteScalar(0, "loss", 1.5f);
            events.WriteScalars(7, [KeyValuePair.Create("loss", float.NaN), KeyValuePair.Create("acc/ü", 0.25f)]);
        }

        JsonElement read = TensorFlowPython.Run("TensorFlow/records.py", folder.Path);

        foreach (TFRecordCompression compression in Enum.GetValues<TFRecordCompression>())
        {
            Assert.Equal("[[1.0, 2.5], 0]", read.GetProperty(compression.ToString()).GetRawText());
        }

        Assert.Equal("""[["file_version", "brain.Event:2"], ["loss", 0, "1.5"], ["loss", 7, "nan"], ["acc/ü", 7, "0.25"]]""", System.Text.RegularExpressions.Regex.Unescape(read.GetProperty("events").GetRawText()));
        Assert.Equal("""{"acc/ü": 1, "loss": 2}""", System.Text.RegularExpressions.Regex.Unescape(read.GetProperty("tensorboard").GetRawText()));
    }

    private static void Write(string path, TFRecordCompression compression, byte[][] records)
    {
        using TFRecordWriter writer = TFRecordWriter.Create(path, compression);
        foreach (byte[] record in records)
        {
            writer.Write(record);
        }
    }

    // What is read before the damage is what was written. Spliced files may hold sound records in another order, which nobody can tell.
    private static void CheckPrefix(string path, byte[] content, byte[][]? records)
    {
        File.WriteAllBytes(path, content);
        int count = 0;
        _ = Damage.Reads(() =>
        {
            foreach (byte[] record in TFRecordReader.ReadAll(path))
            {
                Assert.True(records is null || records[count++].AsSpan().SequenceEqual(record));
            }
        });
    }
}
