using System.Text.Json;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>What our savers write, restored by real TensorFlow.</summary>
public sealed class SaverCheckpointTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], KeepDevices = true, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slices_renamed_variables_and_data_files_by_device_are_TensorFlows_as_well()
    {
        TensorFlowPython.Run("TensorFlow/savers.py", "make", _folder.Path);
        using ModelSession session = ModelSession.Restore(_folder["theirs.ckpt"], s_options);
        session.Engine.WriteVariable("b", Tensor.From<float>(3, 4));
        string whole = session.Save(_folder.Path, "whole").Prefix;
        string renamed = session.AddSaver(new SaverOptions { Map = new Dictionary<string, string> { ["other/b"] = "b", ["table"] = "emb" } }).Save(Named("renamed")).Prefix;
        string sharded = session.AddSaver(new SaverOptions { Sharded = true }).Save(Named("sharded")).Prefix;
        string reshaped = session.AddSaver(new SaverOptions { Include = ["b", "r"], Reshape = true, Name = "mine" }).Save(Named("reshaped")).Prefix;
        string first = session.AddSaver(new SaverOptions { Include = ["b", "r"], FirstFormat = true }).Save(Named("first")).Prefix;

        JsonElement read = TensorFlowPython.Run("TensorFlow/savers.py", "read", whole, renamed, sharded, reshaped, first);

        double[] emb = [.. Enumerable.Range(0, 14)], res = [.. Enumerable.Range(0, 8)];
        foreach (string name in (string[])["whole", "sharded"])
        {
            Dictionary<string, double[]> restored = Values(read, name, "restored");
            Assert.Equal(emb, restored["emb/part_0"].Concat(restored["emb/part_1"]).Concat(restored["emb/part_2"]));
            Assert.Equal(res, restored["res/part_0"].Concat(restored["res/part_1"]).Concat(restored["res/part_2"]));
            Assert.Equal([3.0, 4], restored["b"]);
            Assert.Equal([5.0], restored["r"]);
            Assert.Equal(["b", "emb", "r", "res"], Values(read, name, "stored").Keys.Order(StringComparer.Ordinal));
        }

        Assert.Equal(emb, Values(read, "renamed", "stored")["table"]);
        Assert.Equal([3.0, 4], Values(read, "renamed", "stored")["other/b"]);
        Assert.Equal(4, Values(read, "renamed", "restored").Count);
        Assert.Equal(["b", "r"], Values(read, "reshaped", "restored").Keys.Order(StringComparer.Ordinal));
        foreach (string name in (string[])["whole", "renamed", "sharded", "reshaped", "first"])
        {
            Assert.Equivalent(Values(read, name, "stored"), Values(read, name, "again"));
        }

        Assert.Equal([3.0, 4], Values(read, "first", "restored")["b"]);
        Assert.True(File.Exists(sharded + ".data-00001-of-00002"));
        Assert.False(File.Exists(first + ".index"));
    }

    private static Dictionary<string, double[]> Values(JsonElement read, string name, string what) => read.GetProperty(name).GetProperty(what).EnumerateObject()
        .ToDictionary(pair => pair.Name, pair => pair.Value.EnumerateArray().Select(value => value.GetDouble()).ToArray());

    private SaveOptions Named(string name) => new() { Folder = _folder.Path, Name = name };
}
