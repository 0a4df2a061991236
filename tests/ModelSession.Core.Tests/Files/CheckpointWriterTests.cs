using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

public sealed class CheckpointWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_has_the_files_that_TensorFlow_gives_it()
    {
        CheckpointInfo info = Save(7, 1);

        Assert.Equal(["checkpoint", "model.ckpt-7.data-00000-of-00001", "model.ckpt-7.index", "model.ckpt-7.meta"], _folder.Names);
        Assert.Equal("model_checkpoint_path: \"model.ckpt-7\"\nall_model_checkpoint_paths: \"model.ckpt-7\"\n", File.ReadAllText(_folder["checkpoint"]));
        Assert.Equal((_folder["model.ckpt-7"], 7L, true), (info.Prefix, info.Iteration, info.IsNewest));
    }

    [Fact]
    public void The_newest_five_are_kept()
    {
        for (int i = 1; i <= 8; i++)
        {
            Save(i, i);
        }

        Assert.Equal([4L, 5, 6, 7, 8], CheckpointFolder.List(_folder.Path).Select(info => info.Iteration));
        Assert.Equal(16, _folder.Names.Count());
    }

    [Fact]
    public void Another_stem_in_the_folder_is_left_alone()
    {
        Save(1, 1, "other");
        Save(1, 1, "model.ckpt-best");
        for (int i = 1; i <= 7; i++)
        {
            Save(i, i);
        }

        Assert.NotNull(CheckpointFolder.Describe(_folder["other-1"]));
        Assert.NotNull(CheckpointFolder.Describe(_folder["model.ckpt-best-1"]));
    }

    [Fact]
    public void Writing_over_a_prefix_never_puts_new_data_under_the_old_index()
    {
        for (int i = 1; i <= 3; i++)
        {
            Save(9, i);
            Assert.Equal(i, Value(_folder["model.ckpt-9"]));
            Assert.Single(_folder.Names, name => name.Contains(".data-", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_save_that_fails_leaves_the_folder_as_it_was()
    {
        Save(1, 1);
        string[] before = [.. _folder.Names];

        Assert.Throws<InvalidOperationException>(() => Saves.Write(_folder.Path, 2, _ => throw new InvalidOperationException()));

        Assert.Equal(before, _folder.Names);
        Assert.Equal(1, Value(CheckpointFolder.Resolve(_folder.Path).Prefix));
    }

    [Fact]
    public void Leftovers_of_a_killed_save_are_gone_after_the_next()
    {
        File.WriteAllText(_folder["model.ckpt-3.index.tempsave"], "half");
        Save(4, 4);
        Assert.DoesNotContain(_folder.Names, name => name.EndsWith(".tempsave", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("model.ckpt-2")]
    [InlineData("model.ckpt-2.index")]
    [InlineData("model.ckpt-2.meta")]
    [InlineData("model.ckpt-2.data-00000-of-00001")]
    [InlineData("checkpoint")]
    public void Any_member_names_a_checkpoint(string name)
    {
        Save(1, 1);
        Save(2, 2);
        Assert.Equal(_folder["model.ckpt-2"], CheckpointFolder.Resolve(Path.Combine(_folder.Path, name)).Prefix);
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("model_checkpoint_path: \"model", "damaged")]
    [InlineData("model_checkpoint_path: \"model.ckpt-8\"", "not there or damaged")]
    [InlineData("model_checkpoint_path: \"/elsewhere/model.ckpt-8\"", "outside of its folder")]
    [InlineData("model_checkpoint_path: \"../model.ckpt-1\"", "outside of its folder")]
    public void Without_a_sound_state_file_the_newest_whole_checkpoint_is_taken_and_said_so(string? state, string said)
    {
        Save(10, 10);
        Save(9, 9);
        File.Delete(_folder["checkpoint"]);
        if (state is not null)
        {
            File.WriteAllText(_folder["checkpoint"], state);
        }

        List<string> warnings = [];
        Assert.Equal(10, CheckpointFolder.Resolve(_folder.Path, warnings.Add).Iteration);
        Assert.Contains(said, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_moved_folder_still_works()
    {
        Save(3, 3);
        using TemporaryFolder other = new();
        foreach (string name in _folder.Names)
        {
            File.Copy(_folder[name], other[name]);
        }

        File.WriteAllText(other["checkpoint"], $"model_checkpoint_path: \"{_folder["model.ckpt-3"]}\"");
        Assert.Equal(other["model.ckpt-3"], CheckpointFolder.Resolve(other.Path).Prefix);
    }

    [Fact]
    public void A_cut_data_file_is_passed_over_and_named_when_asked_for()
    {
        Save(1, 1);
        Save(2, 2);
        using (FileStream data = File.OpenWrite(_folder["model.ckpt-2.data-00000-of-00001"]))
        {
            data.SetLength(1000);
        }

        Assert.Equal(1, CheckpointFolder.Resolve(_folder.Path).Iteration);
        ModelFileException error = Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(_folder["model.ckpt-2"]));
        Assert.Equal((StatusCode.DataLoss, _folder["model.ckpt-2.data-00000-of-00001"]), (error.Code, error.Path));
    }

    [Fact]
    public void Nothing_there_is_said_with_what_there_is()
    {
        Assert.Contains("It is empty", Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(_folder.Path)).Message, StringComparison.Ordinal);
        Save(5, 5);
        Assert.Contains("'model.ckpt-5'", Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(_folder["model.ckpt-6"])).Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(_folder["no/where"])).Code);
    }

    [Fact]
    public void A_file_that_is_none_of_a_checkpoints_is_said()
    {
        Save(5, 5);
        File.WriteAllText(_folder["notes.txt"], "Dear diary");
        ModelFileException error = Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(_folder["notes.txt"]));
        Assert.Contains("no file of a checkpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_way_of_the_folder_is_said()
    {
        File.WriteAllText(_folder["taken"], "");
        Assert.Equal(StatusCode.AlreadyExists, Assert.Throws<ModelFileException>(() => CheckpointFolder.EnsureWritable(_folder["taken"])).Code);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/proc/self"), "There is no folder here that even an administrator cannot write.");
        ModelFileException error = Assert.Throws<ModelFileException>(() => CheckpointFolder.EnsureWritable("/proc/self/checkpoint"));
        Assert.Contains("/proc/self/checkpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_said_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        IOException cause = Assert.Throws<IOException>(() => full.Write(new byte[1 << 16]));
        Assert.Equal(StatusCode.ResourceExhausted, FileAccessErrors.Of("x", cause).Code);
    }

    [Fact]
    public void Savers_in_one_folder_wait_for_each_other()
    {
        Parallel.For(0, 12, i => Save(i, i));
        IReadOnlyList<CheckpointInfo> left = CheckpointFolder.List(_folder.Path);
        Assert.Equal(5, left.Count);
        Assert.All(left, info => Assert.Equal(info.Iteration, (long)Value(info.Prefix)));
    }

    private CheckpointInfo Save(long iteration, float value, string stem = "model.ckpt") =>
        Saves.Write(_folder.Path, iteration, bundle => AddTensors(bundle, value), stem);

    internal static void AddTensors(BundleWriter bundle, float value)
    {
        bundle.Add("value", Tensor.Scalar(value));
        Tensor large = Tensor.Zeros(DType.Float32, [100_000]);
        large.Span<float>().Fill(value);
        bundle.Add("large", large);
    }

    internal static float Value(string prefix)
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        float value = reader.Read("value").ToScalar<float>();
        Assert.Equal(value, reader.Read("large").Span<float>()[99_999]);
        return value;
    }
}
