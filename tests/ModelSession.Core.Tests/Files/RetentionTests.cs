using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>What stays in a folder, over restarts and by hand.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Retention_goes_on_from_the_state_file_with_every_new_saver()
    {
        for (int i = 1; i <= 7; i++)
        {
            Save(i, new CheckpointOptions(3, FlushToDisk: false));
        }

        Assert.Equal([5L, 6, 7], Iterations());
        // A smaller number is reached at once.
        Save(8, new CheckpointOptions(2, FlushToDisk: false));
        Assert.Equal([7L, 8], Iterations());
    }

    [Fact]
    public void A_checkpoint_that_no_state_file_lists_is_not_counted()
    {
        CheckpointOptions options = new(2, FlushToDisk: false);
        Save(1, options);
        File.Delete(_folder["checkpoint"]);
        for (int i = 2; i <= 5; i++)
        {
            Save(i, options);
        }

        Assert.Equal([1L, 4, 5], Iterations());
    }

    [Fact]
    public void One_checkpoint_an_hour_is_kept_over_restarts_by_the_times_in_the_state_file()
    {
        CheckpointOptions options = new(2, FlushToDisk: false) { KeepEveryHours = 1, Clock = _clock };
        for (int i = 0; i < 10; i++)
        {
            _clock.Now = DateTimeOffset.UnixEpoch.AddSeconds(1_500_000_000 + i * 1800);
            Save(i, options);
        }

        // As a saver of TensorFlow's that was never restarted: golden/files/retention/keep2_hourly.
        Assert.Equal([3L, 5, 7, 8, 9], Iterations());
        CheckpointStateInfo state = CheckpointStateFile.Read(_folder.Path)!;
        Assert.Equal([1_500_000_000.0 + 8 * 1800, 1_500_000_000.0 + 9 * 1800], state.Times);
    }

    [Fact]
    public async Task A_saver_that_waits_for_another_folder_has_its_own_free()
    {
        string first = _folder["first"], second = _folder["second"];
        CheckpointOptions options = new(1, FlushToDisk: false) { CountExisting = false };
        CheckpointHistory history = new(options);
        CheckpointInfo old = Save(first, 1);
        Task<CheckpointInfo> save;
        using (FolderLock.Acquire(first, default))
        {
            save = Task.Run(() => Save(second, 2), TestContext.Current.CancellationToken);
            while (!File.Exists(Path.Combine(second, "checkpoint")))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
            FolderLock.Acquire(second, limit.Token).Dispose();
            Assert.True(File.Exists(old.Prefix + ".index"));
            Assert.False(save.IsCompleted);
        }

        await save;
        Assert.False(File.Exists(old.Prefix + ".index"));

        CheckpointInfo Save(string folder, int iteration) => CheckpointWriter.Write(
            folder, new SaveOptions(), iteration, new CheckpointContent([bundle => bundle.Add("w", Tensor.Scalar(1f))], () => new Protos.MetaGraphDef()), options, history, default);
    }

    [Fact]
    public void Savers_of_two_names_in_one_folder_leave_each_others_checkpoints_alone()
    {
        CheckpointOptions options = new(2, FlushToDisk: false);
        for (int i = 1; i <= 4; i++)
        {
            Save(i, options);
            Save(i, options, new SaveOptions { Name = "model" });
            Save(i, options, new SaveOptions { Name = "other", StateFile = "others" });
        }

        Assert.Equal(
            ["model-3", "model-4", "model.ckpt-3", "model.ckpt-4", "other-3", "other-4"], CheckpointFolder.List(_folder.Path).Select(info => info.Name).Order(StringComparer.Ordinal));
        Assert.Equal("other-4", CheckpointFolder.Resolve(_folder["others"]).Name);
        Assert.Equal("model-4", CheckpointFolder.Resolve(_folder.Path).Name);
    }

    [Fact]
    public void What_is_kept_stays_and_counts_no_more_until_it_is_released()
    {
        CheckpointOptions options = new(2, FlushToDisk: false);
        Save(1, options);
        CheckpointInfo second = Save(2, options);
        Assert.True(CheckpointFolder.Keep(second).IsKept);
        Save(3, options);
        Save(4, options);
        Save(5, options);
        Assert.Equal([2L, 4, 5], Iterations());
        Assert.True(CheckpointFolder.List(_folder.Path)[0].IsKept);
        Assert.Equal("model_checkpoint_path: \"model.ckpt-5\"\nall_model_checkpoint_paths: \"model.ckpt-4\"\nall_model_checkpoint_paths: \"model.ckpt-5\"\n", File.ReadAllText(_folder["checkpoint"]));

        CheckpointFolder.Release(second);
        Save(6, options);
        Assert.Equal([5L, 6], Iterations());
        Assert.DoesNotContain("model.ckpt-2.keep", _folder.Names);
    }

    [Fact]
    public void What_is_kept_is_listed_no_more_once_another_is_the_newest()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo[] saved = [Save(1, options), Save(2, options), Save(3, options)];
        string target = _folder["copies"];
        CheckpointFolder.Keep(CheckpointFolder.Copy(saved[1], target, options: options), options);
        CheckpointFolder.Copy(saved[2], target, options: options);
        Assert.Equal("model_checkpoint_path: \"model.ckpt-3\"\nall_model_checkpoint_paths: \"model.ckpt-3\"\n", File.ReadAllText(Path.Combine(target, "checkpoint")));
    }

    [Fact]
    public void A_checkpoint_can_be_kept_as_it_is_saved()
    {
        CheckpointOptions options = new(1, FlushToDisk: false);
        Save(1, options, new SaveOptions { Keep = true });
        Save(2, options);
        Save(3, options);
        Assert.Equal([1L, 3], Iterations());
    }

    [Fact]
    public void Removing_a_checkpoint_keeps_all_state_files_true()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo[] saved = [.. Enumerable.Range(1, 3).Select(i => Save(i, options))];
        Save(4, options, new SaveOptions { StateFile = "mine" });
        CheckpointFolder.Remove(saved[2], options);

        Assert.Equal("model_checkpoint_path: \"model.ckpt-2\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\nall_model_checkpoint_paths: \"model.ckpt-2\"\n", File.ReadAllText(_folder["checkpoint"]));
        Assert.Equal("model.ckpt-4", CheckpointFolder.Resolve(_folder["mine"]).Name);
        Assert.DoesNotContain(_folder.Names, name => name.StartsWith("model.ckpt-3", StringComparison.Ordinal));
        foreach (CheckpointInfo left in CheckpointFolder.List(_folder.Path))
        {
            CheckpointFolder.Remove(left, options);
        }

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_copy_is_listed_in_its_folder_and_the_newest_only_if_its_iteration_is()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo first = Save(1, options), second = Save(2, options);
        string target = _folder["copies"];

        Assert.True(CheckpointFolder.Copy(second, target, options: options).IsNewest);
        Assert.False(CheckpointFolder.Copy(first, target, options: options).IsNewest);
        CheckpointInfo best = CheckpointFolder.Copy(second, _folder.Path, "best", options);

        Assert.Equal("model_checkpoint_path: \"model.ckpt-2\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\nall_model_checkpoint_paths: \"model.ckpt-2\"\n", File.ReadAllText(Path.Combine(target, "checkpoint")));
        Assert.Equal(SaveLoop.Value(second.Prefix), SaveLoop.Value(best.Prefix));
        // Over what is there, from another number of data files.
        CheckpointFolder.Copy(first, _folder.Path, "best", options);
        CheckpointFolder.Copy(first, _folder.Path, "best", options);
        Assert.Equal(SaveLoop.Value(first.Prefix), SaveLoop.Value(best.Prefix));
        Assert.DoesNotContain(_folder.Names, name => name.Contains("temp", StringComparison.Ordinal));
        Assert.Throws<ModelFileException>(() => CheckpointFolder.Copy(first, _folder.Path, options: options));
        Assert.Throws<ModelFileException>(() => CheckpointFolder.Copy(first, _folder.Path, "../out", options));
    }

    [Fact]
    public void A_moved_folder_and_a_copied_one_go_on()
    {
        CheckpointOptions options = new(2, FlushToDisk: false);
        string before = _folder["before"], after = _folder["after"];
        foreach (int i in (int[])[1, 2])
        {
            Write(before, new SaveOptions(), i, options);
        }

        Directory.Move(before, after);
        Write(after, new SaveOptions(), 3, options);
        Assert.Equal([2L, 3], CheckpointFolder.List(after).Select(info => info.Iteration));
        Assert.False(Directory.Exists(before));
    }

    [Fact]
    public void Of_a_folder_that_was_copied_with_the_paths_of_the_old_one_the_state_file_stays_true()
    {
        CheckpointOptions options = new(3, FlushToDisk: false);
        string old = _folder["old"], copy = _folder["copy"];
        foreach (int i in (int[])[1, 2, 3])
        {
            Write(old, new SaveOptions(), i, options);
        }

        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(old))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        // As a saver of TensorFlow's writes it that was given a full path.
        File.WriteAllText(
            Path.Combine(copy, "checkpoint"),
            $"model_checkpoint_path: \"{old}/model.ckpt-3\"\n{string.Concat(Enumerable.Range(1, 3).Select(i => $"all_model_checkpoint_paths: \"{old}/model.ckpt-{i}\"\n"))}".Replace('\\', '/'));
        CheckpointFolder.Remove(CheckpointFolder.At(copy, 3), options);
        Assert.Equal("model_checkpoint_path: \"model.ckpt-2\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\nall_model_checkpoint_paths: \"model.ckpt-2\"\n", File.ReadAllText(Path.Combine(copy, "checkpoint")));
        foreach (int i in (int[])[4, 5])
        {
            Write(copy, new SaveOptions(), i, options);
        }

        Assert.Equal([2L, 4, 5], CheckpointFolder.List(copy).Select(info => info.Iteration));
        Assert.Equal([1L, 2, 3], CheckpointFolder.List(old).Select(info => info.Iteration));
    }

    [Fact]
    public void With_the_last_of_its_checkpoints_a_state_file_goes_and_names_none_of_another_saver()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo best = Save(1, options, new SaveOptions { Name = "best", StateFile = "best_checkpoint" });
        Save(2, options);
        CheckpointFolder.Remove(best, options);
        Assert.DoesNotContain("best_checkpoint", _folder.Names);
        Assert.Equal("model.ckpt-2", CheckpointFolder.Resolve(_folder.Path).Name);
    }

    [Fact]
    public void A_copy_into_a_folder_without_a_state_file_does_not_pass_for_newer_than_it_is()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo first = Write(_folder["other"], new SaveOptions { Name = "first" }, 1, options);
        Save(2, options);
        File.Delete(_folder["checkpoint"]);
        Assert.False(CheckpointFolder.Copy(first, _folder.Path, options: options).IsNewest);
        Assert.Equal("model.ckpt-2", CheckpointFolder.Resolve(_folder.Path).Name);
    }

    [Fact]
    public void The_newest_that_is_listed_is_the_newest_that_is_restored_where_the_state_file_names_a_damaged_one()
    {
        CheckpointOptions options = new(FlushToDisk: false);
        Save(1, options);
        Save(2, options);
        File.Delete(_folder["model.ckpt-2.data-00000-of-00001"]);
        Assert.Equal("model.ckpt-1", CheckpointFolder.List(_folder.Path).Single(info => info.IsNewest).Name);
        Assert.Equal("model.ckpt-1", CheckpointFolder.Resolve(_folder.Path).Name);
    }

    [Theory]
    [InlineData("model_checkpoint_path: 'a\\000b'")]
    [InlineData("model_checkpoint_path: 'model.ckpt-1' all_model_checkpoint_paths: '\\000-?????-of-00001'")]
    public void A_state_file_with_what_no_path_can_have_is_damaged(string text)
    {
        CheckpointOptions options = new(FlushToDisk: false);
        CheckpointInfo only = Save(1, options);
        File.WriteAllText(_folder["checkpoint"], text);
        List<string> warnings = [];
        Assert.Equal("model.ckpt-1", CheckpointFolder.Resolve(_folder.Path, warnings.Add).Name);
        Assert.Contains("is damaged", Assert.Single(warnings), StringComparison.Ordinal);
        Save(2, options);
        CheckpointFolder.Remove(only, options);
        Assert.Equal([2L], Iterations());
        _ = CheckpointStateFile.TimeOf("\0-?????-of-00001");
    }

    [Theory]
    [InlineData("../out", "checkpoint", "meta")]
    [InlineData("sub/m", "checkpoint", "meta")]
    [InlineData("m", "../state", "meta")]
    [InlineData("m", "checkpoint", "../meta")]
    [InlineData("m", "checkpoint", "index")]
    public void Names_cannot_leave_their_folder(string name, string state, string suffix)
    {
        Assert.Throws<ModelFileException>(() => Save(1, new CheckpointOptions(FlushToDisk: false), new SaveOptions { Name = name, StateFile = state, GraphSuffix = suffix }));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_state_file_or_a_journal_that_points_out_of_the_folder_removes_nothing_there()
    {
        CheckpointOptions options = new(1, FlushToDisk: false);
        Write(_folder["outside"], new SaveOptions(), 1, options);
        string inside = _folder["inside"];
        Directory.CreateDirectory(inside);
        File.WriteAllText(Path.Combine(inside, "checkpoint"), "model_checkpoint_path: \"../outside/model.ckpt-1\"\nall_model_checkpoint_paths: \"../outside/model.ckpt-1\"\n");
        File.WriteAllText(
            Path.Combine(inside, SaveJournal.FileName),
            """{"Name":"model.ckpt-9","IndexSuffix":".index","IndexChecksum":0,"Shards":1,"Shift":0,"GraphSuffix":"meta","StateFile":"checkpoint","StateText":"","Retired":["../outside/model.ckpt-1"]}""");
        Write(inside, new SaveOptions(), 2, options);
        Write(inside, new SaveOptions(), 3, options);
        Assert.Equal([1L], CheckpointFolder.List(_folder["outside"]).Select(info => info.Iteration));
        Assert.Equal([3L], CheckpointFolder.List(inside).Select(info => info.Iteration));
    }

    private static CheckpointInfo Write(string folder, SaveOptions save, int iteration, CheckpointOptions options) => SaveLoop.Save(folder, save, iteration, iteration, options);

    private CheckpointInfo Save(int iteration, CheckpointOptions options, SaveOptions? save = null) => Write(_folder.Path, save ?? new SaveOptions(), iteration, options);

    private IEnumerable<long?> Iterations() => CheckpointFolder.List(_folder.Path).Select(info => info.Iteration);

    private sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
