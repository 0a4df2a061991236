namespace ModelSessions.Tests.Files;

public sealed class CheckpointGlanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_and_sizes_tell_of_checkpoints_though_nothing_in_their_files_is_sound()
    {
        foreach ((string name, int length) in new[] { ("a-10.index", 3), ("a-10.data-00000-of-00001", 5), ("a-10.meta", 7), ("a-9.index", 1), ("old-4", 2), ("old-4.meta", 2), ("graph.meta", 1), ("notes.txt", 1) })
        {
            File.WriteAllBytes(Path.Combine(_folder.Path, name), new byte[length]);
        }

        string[] files = Directory.GetFiles(_folder.Path);
        Assert.Equal(
            [("old-4", 4, 4, true), ("a-9", 9, 1, false), ("a-10", 10, 15, true)],
            CheckpointFolder.Glance(files, (_, _) => true, 10).Select(found => (found.Name, found.Iteration!.Value, found.ByteLength, found.HasGraph)));
        Assert.Equal("a-10", Assert.Single(CheckpointFolder.Glance(files, (_, iteration) => iteration != 4, 1)).Name);
    }
}
