using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>What a caller got wrong is said as that, before anything changes.</summary>
public sealed class SessionFaultTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_iteration_of_what_is_no_folder_is_a_wrong_argument()
    {
        using ModelSession session = Create();
        string prefix = session.Save(_folder.Path).Prefix;

        Assert.Contains(_folder.Path, Assert.Throws<ArgumentException>(() => CheckpointFolder.At(prefix, 0)).Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => CheckpointFolder.At(_folder["nowhere"], 0)).Code);
    }

    [Theory]
    [InlineData("model.ckpt.index")]
    [InlineData("model.ckpt.data-00000-of-00001")]
    [InlineData("model.ckpt.meta")]
    public void A_state_file_does_not_take_the_place_of_a_checkpoints_file(string name)
    {
        using ModelSession session = Create();
        string prefix = session.Save(_folder.Path).Prefix;

        Assert.Throws<ModelFileException>(() => session.Saver.Save(new SaveOptions { Folder = _folder.Path, StateFile = name }));

        Assert.Empty(CheckpointReader.Verify(prefix));
    }

    [Fact]
    public void A_saver_that_is_left_without_variables_is_refused()
    {
        using ModelSession session = Create();

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<GraphException>(() => session.AddSaver(new SaverOptions { Exclude = ["*"] })).Code);
    }

    [Fact]
    public void A_sessions_folder_that_is_a_file_is_refused_before_anything_is_trained()
    {
        File.WriteAllText(_folder["file"], "text");

        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelSession.Create(new ValuesModel(("v", Tensor.Scalar(1f), false)), s_options with { Directory = _folder["file"] }));

        Assert.Equal((StatusCode.AlreadyExists, _folder["file"]), (error.Code, error.Path));
    }

    [Theory]
    [InlineData("model.pb", StatusCode.DataLoss)]
    [InlineData("model.pbtxt", StatusCode.DataLoss)]
    [InlineData("model.meta", StatusCode.DataLoss)]
    [InlineData("model.bin", StatusCode.DataLoss)]
    public void An_empty_file_is_told_as_one(string name, StatusCode code)
    {
        File.WriteAllBytes(_folder[name], []);

        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder[name], s_options));

        Assert.Equal((code, _folder[name]), (error.Code, error.Path));
    }

    [Theory]
    [InlineData("nowhere.pb", ModelSourceKind.Graph)]
    [InlineData("nowhere.pbtxt", ModelSourceKind.Graph)]
    [InlineData("nowhere", ModelSourceKind.Checkpoint)]
    public void Of_what_is_not_there_the_name_tells_what_it_should_be(string name, ModelSourceKind kind) => Assert.Equal(kind, ModelSource.Of(_folder[name]).Kind);

    [Fact]
    public void A_closed_session_says_so()
    {
        ModelSession session = Create();
        session.Dispose();

        Assert.Contains("is closed", Assert.Throws<ObjectDisposedException>(() => session.Save(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_that_is_no_name_is_the_callers_fault_not_the_files()
    {
        using ModelSession session = Create();
        string prefix = session.Save(_folder.Path).Prefix;

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<GraphException>(() => ModelSession.Restore(prefix, s_options with { Scope = "a b" })).Code);
    }

    [Fact]
    public void Where_no_state_file_tells_the_newest_checkpoint_with_a_graph_is_restored()
    {
        using ModelSession session = Create();
        session.Saver.Save(new SaveOptions { Folder = _folder.Path, Name = "a", Iteration = 1 });
        session.Saver.Save(new SaveOptions { Folder = _folder.Path, Name = "b", Iteration = 2, WriteGraph = false });
        Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder.Path, s_options));
        File.Delete(_folder["checkpoint"]);

        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);

        Assert.Equal("a-1", restored.Checkpoint!.Name);
        Assert.Equal("b-2", CheckpointFolder.Resolve(_folder.Path).Name);
    }

    private static ModelSession Create() => ModelSession.Create(new ValuesModel(("v", Tensor.Scalar(1f), false)), s_options);
}
