using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Bytes flipped, cut, spliced: every tensor is read as it was, or refused, soon and in little memory.</summary>
public sealed class CheckpointDamageTests : IDisposable
{
    private const long MostMemory = 64L << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_change_of_an_index_or_a_data_file_gives_another_value()
    {
        Dictionary<string, Tensor> tensors = Tensors();
        string prefix = WriteBundle(_folder["m"], tensors);
        foreach (string file in CheckpointFilesOf(prefix))
        {
            Check(file, prefix, tensors, 400);
        }
    }

    [Fact]
    public void No_change_of_a_checkpoint_of_the_first_format_gives_another_value()
    {
        Dictionary<string, Tensor> tensors = Tensors();
        CheckpointV1Writer writer = new();
        foreach ((string name, Tensor value) in tensors)
        {
            writer.Add(name, value);
        }

        BundleFiles.WriteV1(_folder["v1"], writer, default);
        Check(_folder["v1"], _folder["v1"], tensors, 400);
    }

    // Where the checksum of a block is made to fit, only the meaning of entries protects: no crash, no hang, no memory.
    [Fact]
    public void Changed_entries_under_right_checksums_end_in_values_or_errors()
    {
        Dictionary<string, Tensor> tensors = Tensors();
        string prefix = WriteBundle(_folder["m"], tensors);
        byte[] sound = File.ReadAllBytes(prefix + ".index");
        Damage.ForAll(500, random =>
        {
            List<(byte[] Key, byte[] Value)> entries = [];
            using (MemoryStream stream = new(sound))
            {
                new TableReader(stream).Scan((key, value) => entries.Add((key.ToArray(), value.ToArray())));
            }

            int at = random.Next(entries.Count);
            entries[at] = random.Next(4) == 0 ? (Damage.Mutate(entries[at].Key, random), entries[at].Value) : (entries[at].Key, Damage.Mutate(entries[at].Value, random));
            using (FileStream index = File.Create(prefix + ".index"))
            {
                TableWriter table = new(index);
                foreach ((byte[] key, byte[] value) in entries.OrderBy(entry => entry.Key, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).DistinctBy(entry => Convert.ToHexString(entry.Key)))
                {
                    table.Add(key, value);
                }

                table.Finish();
            }

            ReadAll(prefix, tensors);
        });
    }

    [Fact]
    public void Compressed_blocks_of_any_bytes_end_in_entries_or_errors()
    {
        ByteWriter block = new();
        for (int i = 0; i < 60; i++)
        {
            byte[] key = System.Text.Encoding.ASCII.GetBytes($"layer_{i:D3}/kernel");
            block.WriteByte(0);
            block.WriteByte((byte)key.Length);
            block.WriteByte(4);
            block.Write(key);
            block.Write("same"u8);
        }

        block.WriteUInt32(0);
        block.WriteUInt32(1);
        byte[] sound = IronSnappy.Snappy.Encode(block.Written.ToArray());
        Assert.Equal(60, Count(Table(sound)));
        Damage.ForAll(2000, random =>
        {
            byte[] table = Table(Damage.Mutate(sound, random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.InRange(Count(table), 0, 10_000);
            }
            catch (ModelFileException error)
            {
                Assert.Equal(StatusCode.DataLoss, error.Code);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        });
    }

    [Fact]
    public void Damage_of_one_tensor_leaves_the_others_readable()
    {
        foreach (string id in new[] { "entry_garbage", "entry_empty", "entry_shard_neg", "entry_size_huge", "dtype_999", "dtype_ref", "shape_overflow", "shape_rank_255", "shape_negative" })
        {
            using CheckpointReader reader = CheckpointReader.Open(Path.Combine(SharedData.Require($"golden/files/corrupt_checkpoints/{id}"), "m"));
            Assert.NotNull(reader.Find("alpha")!.Fault);
            Assert.Throws<ModelFileException>(() => reader.Read("alpha"));
            foreach (CheckpointTensor other in reader.Tensors.Where(tensor => tensor.Name != "alpha"))
            {
                Assert.Null(other.Fault);
                Assert.Equal(other.Shape, reader.Read(other.Name).Shape);
            }
        }
    }

    [Fact]
    public void Names_that_are_no_text_are_listed_apart_and_found_again()
    {
        byte[][] names = [[0xFF, 0xFE], [0xFF, 0xFD], [0xC3], [.. "z\0z"u8], [.. "ü"u8], [0xED, 0xB3, 0xBF]];
        Checkpoints.Write(_folder["m"], [.. names.Select((name, i) => (TensorNames.Decode(name), Tensor.Scalar(i)))]);

        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);

        Assert.Equal(names.Length, reader.Tensors.Select(tensor => tensor.Name).Distinct().Count());
        for (int i = 0; i < names.Length; i++)
        {
            Assert.Equal(names[i], TensorNames.Encode(TensorNames.Decode(names[i])));
            Assert.Equal(i, reader.Read(TensorNames.Decode(names[i])).ToScalar<int>());
        }
    }

    private static int Count(byte[] table)
    {
        int count = 0;
        using MemoryStream stream = new(table);
        new TableReader(stream).Scan((_, _) => count++);
        return count;
    }

    // A table of one compressed block, whatever is in it.
    private static byte[] Table(byte[] compressed)
    {
        ByteWriter table = new();
        BlockHandle block = Block(table, compressed, type: 1);
        ByteWriter entry = new(), handle = new();
        block.WriteTo(handle);
        entry.Write([0, 1, (byte)handle.Length, (byte)'z']);
        entry.Write(handle.Written);
        entry.Write([0, 0, 0, 0, 1, 0, 0, 0]);
        BlockHandle index = Block(table, entry.Written, type: 0);
        ByteWriter footer = new();
        block.WriteTo(footer);
        index.WriteTo(footer);
        footer.Write(new byte[TableWriter.FooterSize - sizeof(ulong) - footer.Length]);
        footer.WriteUInt64(TableWriter.Magic);
        table.Write(footer.Written);
        return table.Written.ToArray();
    }

    private static BlockHandle Block(ByteWriter table, ReadOnlySpan<byte> bytes, byte type)
    {
        BlockHandle handle = new(table.Length, bytes.Length);
        table.Write(bytes);
        table.WriteByte(type);
        table.WriteUInt32(Crc32C.Mask(Crc32C.Append(Crc32C.Of(bytes), [type])));
        return handle;
    }

    private static Dictionary<string, Tensor> Tensors() => new(StringComparer.Ordinal)
    {
        ["flag"] = Checkpoints.Filled(DType.Bool, [9]),
        ["kernel"] = Checkpoints.Filled(DType.Float32, [6, 5]),
        ["step"] = Tensor.Scalar(7L),
        ["text"] = Checkpoints.Filled(DType.String, [3]),
    };

    private static string WriteBundle(string prefix, Dictionary<string, Tensor> tensors)
    {
        BundleFiles.Write(prefix, bundle =>
        {
            foreach ((string name, Tensor value) in tensors)
            {
                if (name == "kernel")
                {
                    bundle.AddSlice(name, value.Shape, TensorSlice.Parse("0,2:-"), Slices.Cut(value, TensorSlice.Parse("0,2:-")));
                    bundle.AddSlice(name, value.Shape, TensorSlice.Parse("2,4:-"), Slices.Cut(value, TensorSlice.Parse("2,4:-")));
                }
                else
                {
                    bundle.Add(name, value);
                }
            }
        }, default);
        return prefix;
    }

    private static void Check(string file, string prefix, Dictionary<string, Tensor> tensors, int count)
    {
        byte[] sound = File.ReadAllBytes(file);
        Damage.ForAll(count, random =>
        {
            File.WriteAllBytes(file, Damage.Mutate(sound, random));
            ReadAll(prefix, tensors, strict: true);
        });
        File.WriteAllBytes(file, sound);
    }

    private static void ReadAll(string prefix, Dictionary<string, Tensor> tensors, bool strict = false)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            foreach (CheckpointTensor listed in reader.Tensors)
            {
                ReadOne(reader, listed, strict ? tensors : []);
            }
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            Assert.NotEmpty(error.Message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
    }

    private static void ReadOne(CheckpointReader reader, CheckpointTensor listed, Dictionary<string, Tensor> tensors)
    {
        try
        {
            Tensor value = reader.Read(listed.Name);
            if (tensors.TryGetValue(listed.Name, out Tensor? expected))
            {
                Assert.Equal(GoldenCheckpoints.Sha256(expected), GoldenCheckpoints.Sha256(value));
            }
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private static string[] CheckpointFilesOf(string prefix) => [prefix + ".index", prefix + ".data-00000-of-00001"];
}
