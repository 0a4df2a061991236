using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Several bundles made one, as TensorFlow's op MergeV2Checkpoints does it.</summary>
public sealed class BundleMergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("part_sharded", "model.ckpt")]
    [InlineData("sharded_4", "model.ckpt-12")]
    public void The_parts_of_a_sharded_save_become_TensorFlows_bytes(string id, string name)
    {
        string golden = Path.Combine(SharedData.Require($"golden/files/checkpoints/{id}"), name), merged = _folder["merged"];
        List<string> parts = [];
        using (BundleReader reader = new(golden))
        {
            for (int shard = 0; shard < reader.ShardCount; shard++)
            {
                parts.Add(_folder[$"temp/part-{shard}"]);
                WritePart(reader, shard, parts[^1]);
            }
        }

        BundleFiles.Merge(parts, merged, deleteOld: true, allowMissing: false);

        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            Assert.True(File.ReadAllBytes(golden + file[merged.Length..]).AsSpan().SequenceEqual(File.ReadAllBytes(file)), file);
        }

        Assert.Equal(parts.Count + 1, Directory.GetFiles(_folder.Path).Length);
        Assert.False(Directory.Exists(_folder["temp"]));
    }

    [Fact]
    public void A_name_in_two_bundles_is_refused_and_nothing_changes()
    {
        string first = Checkpoints.Write(_folder["a"], ("x", Tensor.Scalar(1f))), second = Checkpoints.Write(_folder["b"], ("x", Tensor.Scalar(2f)));
        string[] before = [.. _folder.Names];

        ModelFileException error = Assert.Throws<ModelFileException>(() => BundleFiles.Merge([first, second], _folder["merged"], deleteOld: true, allowMissing: false));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Equal(before, _folder.Names);
    }

    [Fact]
    public void A_missing_bundle_is_an_error_unless_it_may_be_missing()
    {
        string first = Checkpoints.Write(_folder["a"], ("x", Tensor.Scalar(1f)));

        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => BundleFiles.Merge([first, _folder["b"]], _folder["m"], deleteOld: false, allowMissing: false)).Code);
        BundleFiles.Merge([first, _folder["b"]], _folder["m"], deleteOld: false, allowMissing: true);

        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);
        Assert.Equal(1f, reader.Read("x").ToScalar<float>());
    }

    private static void WritePart(BundleReader reader, int shard, string prefix)
    {
        var slices = reader.Entries.SelectMany(tensor => tensor.Slices.Select(slice => (tensor, slice))).ToDictionary(pair => BundleIndex.SliceName(pair.tensor.Name, pair.slice));
        BundleFiles.Write(prefix, bundle =>
        {
            foreach (BundleEntry entry in reader.Stored.Where(entry => entry.Shard == shard).OrderBy(entry => entry.Offset))
            {
                if (slices.TryGetValue(entry.Name, out var part))
                {
                    bundle.AddSlice(part.tensor.Name, part.tensor.Shape, part.slice, reader.ReadSlice(part.tensor.Name, part.slice));
                }
                else
                {
                    bundle.Add(entry.Name, reader.Read(entry.Name));
                }
            }
        }, default);
    }
}
