namespace ModelSessions.Tests.Files;

/// <summary>Checkpoints in TensorFlow's first format are found as others are.</summary>
public sealed class FirstFormatFolderTests
{
    [Theory]
    [InlineData("v1_single", "model.ckpt")]
    [InlineData("v1_single", "model.ckpt.meta")]
    [InlineData("v1_single", "checkpoint")]
    [InlineData("v1_single", "")]
    [InlineData("v1_sharded", "model.ckpt")]
    [InlineData("v1_sharded", "model.ckpt-00001-of-00003")]
    [InlineData("v1_sharded", "model.ckpt-?????-of-00003")]
    [InlineData("v1_sharded", "checkpoint")]
    [InlineData("v1_sharded", "")]
    public void Any_of_its_files_means_the_checkpoint(string folder, string path)
    {
        string full = SharedData.Require($"golden/files/checkpoints_v1/{folder}");
        List<string> warnings = [];
        CheckpointInfo found = CheckpointFolder.Resolve(Path.Combine(full, path), warnings.Add);
        Assert.Equal(Path.Combine(full, "model.ckpt"), found.Prefix);
        Assert.True(found.HasGraph);
        Assert.Empty(warnings);
        Assert.Equal([found.Prefix], CheckpointFolder.Prefixes(Path.Combine(full, path)));
    }

    [Fact]
    public void It_is_listed_with_the_size_of_all_its_files_and_as_the_newest_of_the_state_file()
    {
        string folder = SharedData.Require("golden/files/checkpoints_v1/v1_sharded");
        CheckpointInfo only = Assert.Single(CheckpointFolder.List(folder));
        Assert.True(only.IsNewest);
        Assert.Equal(Directory.GetFiles(folder, "model.ckpt*").Sum(path => new FileInfo(path).Length), only.ByteLength);
    }

    [Fact]
    public void A_set_with_a_file_missing_is_not_whole()
    {
        string folder = SharedData.Require("golden/files/checkpoints_v1/v1_sharded");
        using TemporaryFolder copy = new();
        foreach (string file in Directory.GetFiles(folder, "model.ckpt-*").Take(2))
        {
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        }

        Assert.Empty(CheckpointFolder.List(copy.Path));
        ModelFileException error = Assert.Throws<ModelFileException>(() => CheckpointFolder.Resolve(Path.Combine(copy.Path, "model.ckpt")));
        Assert.Equal((StatusCode.NotFound, "model.ckpt-00002-of-00003"), (error.Code, Path.GetFileName(error.Path)));
    }

    [Fact]
    public void In_a_state_file_it_stands_as_the_pattern_by_which_TensorFlow_finds_its_files()
    {
        using TemporaryFolder folder = new();
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo source = CheckpointFolder.Resolve(SharedData.Require("golden/files/checkpoints_v1/v1_sharded"));
        CheckpointInfo first = CheckpointFolder.Copy(source, folder.Path, "m-1", options);
        CheckpointFolder.Copy(source, folder.Path, "m-2", options);
        const string Both = "model_checkpoint_path: \"m-2-?????-of-00003\"\nall_model_checkpoint_paths: \"m-1-?????-of-00003\"\nall_model_checkpoint_paths: \"m-2-?????-of-00003\"\n";
        Assert.Equal(Both, File.ReadAllText(folder["checkpoint"]));
        first = CheckpointFolder.Keep(first, options);
        Assert.Equal("model_checkpoint_path: \"m-2-?????-of-00003\"\nall_model_checkpoint_paths: \"m-2-?????-of-00003\"\n", File.ReadAllText(folder["checkpoint"]));
        CheckpointFolder.Release(first, options);
        Assert.Equal(Both, File.ReadAllText(folder["checkpoint"]));
    }

    [Theory]
    [InlineData("v1_single")]
    [InlineData("v1_sharded")]
    public void What_is_saved_over_it_in_the_second_format_takes_its_place_for_good(string id)
    {
        using TemporaryFolder folder = new();
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointFolder.Copy(CheckpointFolder.Resolve(SharedData.Require($"golden/files/checkpoints_v1/{id}")), folder.Path, "model.ckpt-1", options);
        CheckpointInfo saved = SaveLoop.Save(folder.Path, new SaveOptions(), 1, 0, options);
        Assert.Equal(["checkpoint", "model.ckpt-1.data-00000-of-00002", "model.ckpt-1.data-00001-of-00002", "model.ckpt-1.index", "model.ckpt-1.meta"], folder.Names);
        CheckpointFolder.Remove(saved, options);
        Assert.Empty(folder.Names);
    }

    // An index written aside is a table as well, and a file of the first format written aside could be read.
    [Fact]
    public void What_a_killed_save_has_written_aside_is_no_checkpoint()
    {
        using TemporaryFolder folder = new();
        CheckpointInfo saved = SaveLoop.Save(folder.Path, new SaveOptions(), 1, 1, new CheckpointOptions(FlushToDisk: false));
        File.Copy(saved.Prefix + ".index", folder["model.ckpt-2.index.tempsave"]);
        File.Copy(Path.Combine(SharedData.Require("golden/files/checkpoints_v1/v1_single"), "model.ckpt"), folder["old-3.tempsave"]);
        Assert.Equal([saved.Prefix], CheckpointFolder.Prefixes(folder.Path));
        Assert.Equal("model.ckpt-1", Assert.Single(CheckpointFolder.List(folder.Path)).Name);
    }

    [Fact]
    public void Other_files_are_no_checkpoints()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "notes.txt"), new byte[100]);
        Assert.Empty(CheckpointFolder.List(folder.Path));
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => CheckpointFolder.Prefixes(folder.Path)).Code);
    }
}
