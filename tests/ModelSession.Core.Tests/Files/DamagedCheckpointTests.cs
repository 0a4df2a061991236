using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>What is told of a folder's checkpoints that are not whole.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DamagedCheckpointTests()
    {
        foreach (int iteration in new[] { 1, 2, 3 })
        {
            Checkpoints.Write(_folder[$"model.ckpt-{iteration}"], ("x", Tensor.From([1f, 2f])));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whole_ones_files_of_others_and_half_saves_are_no_damage()
    {
        File.Delete(_folder["model.ckpt-3.index"]);
        File.WriteAllText(_folder["book.index"], "words");
        Assert.Empty(CheckpointFolder.ListDamaged(_folder.Path));
    }

    [Fact]
    public void One_without_data_and_one_without_a_readable_index_are_told()
    {
        File.Delete(_folder["model.ckpt-1.data-00000-of-00001"]);
        File.WriteAllText(_folder["model.ckpt-3.index"], "words");
        IReadOnlyList<DamagedCheckpoint> damaged = CheckpointFolder.ListDamaged(_folder.Path);
        Assert.Equal([1L, 3L], damaged.Select(one => one.Iteration!.Value));
        Assert.Equal(_folder["model.ckpt-1"], damaged[0].Prefix);
        Assert.All(damaged, one => Assert.Equal(StatusCode.DataLoss, one.Error.Code));
        Assert.Contains("model.ckpt-1.data-00000-of-00001", damaged[0].Error.Message, StringComparison.Ordinal);
        Assert.Contains("Test-ModelCheckpoint", damaged[1].Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_which_the_journal_speaks_is_being_saved()
    {
        File.Delete(_folder["model.ckpt-2.data-00000-of-00001"]);
        using (FileStream stream = File.Create(_folder[SaveJournal.FileName]))
        {
            new SaveJournal("model.ckpt-2", CheckpointFiles.IndexSuffix, 0, 1, 0, "meta", null, null, []).WriteTo(stream);
        }

        Assert.Empty(CheckpointFolder.ListDamaged(_folder.Path));
    }
}
