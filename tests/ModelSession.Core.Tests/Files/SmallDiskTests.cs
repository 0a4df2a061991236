using ModelSessions.Files;
using ModelSessions.Tests.Sessions;

namespace ModelSessions.Tests.Files;

/// <summary>Every writer, where the disk fills up or cannot be written.</summary>
public sealed class SmallDiskTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Checkpoints = new(2, FlushToDisk: false) };

    // Each is written over by the next of its kind.
    private static readonly Dictionary<string, Action<ModelSession, string>> s_writers = new()
    {
        ["binding"] = (session, folder) => session.Binding.WriteFile(Path.Combine(folder, "binding.json")),
        ["checkpoint"] = (session, folder) => session.Save(folder),
        ["first format"] = (session, folder) => session.SaverFor(new SaverOptions { FirstFormat = true }).Save(new SaveOptions { Folder = folder }),
        ["frozen graph"] = (session, folder) => session.Export(Path.Combine(folder, "model.pb"), new ExportOptions { Frozen = true, Outputs = ["v/read"] }),
        ["graph as text"] = (session, folder) => session.Export(Path.Combine(folder, "model.pbtxt")),
        ["MetaGraph"] = (session, folder) => session.Export(Path.Combine(folder, "model.meta")),
        ["SavedModel"] = (session, folder) => session.Export(Path.Combine(folder, "saved"), new ExportOptions { Overwrite = true }),
    };

    public static TheoryData<string> Writers => [.. s_writers.Keys];

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_full_disk_leaves_what_was_there_and_the_next_write_works(string writer)
    {
        using SmallDisk disk = SmallDisk.Mount(kilobytes: 256);
        using ModelSession session = Create(1f), next = Create(2f);
        s_writers[writer](session, disk.Path);
        string[] before = disk.Contents();
        bool hasFailed = false;
        // A disk that fills up at any of the writes.
        for (int room = 0; room < 96; room += 4)
        {
            disk.Fill(room);
            try
            {
                s_writers[writer](next, disk.Path);
                break;
            }
            catch (ModelFileException error)
            {
                hasFailed = true;
                Assert.Equal(StatusCode.ResourceExhausted, error.Code);
                disk.Free();
                Assert.Equal(before, disk.Contents());
            }
        }

        disk.Free();
        Assert.True(hasFailed);
        s_writers[writer](next, disk.Path);
        Assert.DoesNotContain(disk.Contents(), path => path.Contains("tempsave", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_folder_that_cannot_be_written_is_left_as_it_is(string writer)
    {
        using SmallDisk disk = SmallDisk.Mount(kilobytes: 1024);
        using ModelSession session = Create(1f);
        s_writers[writer](session, disk.Path);
        disk.MakeReadOnly();
        string[] before = disk.Contents();

        Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<ModelFileException>(() => s_writers[writer](session, disk.Path)).Code);

        Assert.Equal(before, disk.Contents());
    }

    [Fact]
    public void A_checkpoint_in_a_folder_that_cannot_be_written_is_restored_and_stays()
    {
        using SmallDisk disk = SmallDisk.Mount(kilobytes: 1024);
        using ModelSession session = Create(3f);
        CheckpointInfo saved = session.Save(disk.Path);
        disk.MakeReadOnly();

        Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<ModelFileException>(() => CheckpointFolder.Remove(saved)).Code);
        Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<ModelFileException>(() => CheckpointFolder.Keep(saved)).Code);
        using ModelSession restored = ModelSession.Restore(disk.Path, s_options);
        Assert.Equal(3f, restored.ReadVariable("v").Span<float>()[0]);
    }

    [Fact]
    public void Events_that_find_no_room_or_no_way_are_told()
    {
        using SmallDisk disk = SmallDisk.Mount(kilobytes: 64);
        disk.Fill(0);
        Assert.Equal(StatusCode.ResourceExhausted, Assert.Throws<ModelFileException>(() => EventWriter.Create(disk.Path)).Code);
        disk.Free();
        Assert.Empty(disk.Contents());

        ModelFileException error;
        EventWriter writer = EventWriter.Create(disk.Path);
        disk.Fill(0);
        error = Assert.Throws<ModelFileException>(() =>
        {
            for (int step = 0; step < 1000; step++)
            {
                writer.WriteScalar(step, "loss", step);
                writer.Flush();
            }
        });
        Assert.Equal((StatusCode.ResourceExhausted, writer.Path), (error.Code, error.Path));
        disk.Free();
        writer.Dispose();

        disk.MakeReadOnly();
        Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<ModelFileException>(() => EventWriter.Create(disk.Path)).Code);
    }

    private static ModelSession Create(float value)
    {
        float[] values = new float[4096];
        Array.Fill(values, value);
        return ModelSession.Create(new ValuesModel(("v", Tensor.From<float>(values, [4096]), false)), s_options);
    }
}
