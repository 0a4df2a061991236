namespace ModelSessions.Tests.Kernels;

public sealed class CheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-session-");
    private readonly GraphSketch _g;

    public CheckpointTests() => _g = new GraphSketch(files: FilePermissions.All(_folder.FullName));

    public void Dispose()
    {
        _g.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_SaveV2_writes_RestoreV2_reads()
    {
        GraphTensor v = _g.Variable("v", [3]);
        GraphTensor prefix = _g.Placeholder("prefix", Shape.Scalar, DType.String);
        GraphTensor names = _g.Const("names", Tensor.FromStrings(["v"], [1])), whole = _g.Const("whole", Tensor.FromStrings([""], [1]));
        _g.Add("SaveV2", "save", [prefix, names, whole, v], []);
        GraphTensor read = _g.Node(
            "RestoreV2", "read", [prefix, names, whole], ("dtypes", new Protos.AttrValue { List = new() { Type = { Protos.DataType.DtFloat } } }));
        _g.Node("Assign", "restore", [v, read]);
        Tensor path = Tensor.Scalar(Path.Combine(_folder.FullName, "model.ckpt"));
        _g.Session.WriteVariable("v", Tensor.From(1f, 2f, 3f));

        Run("save", path);
        _g.Session.WriteVariable("v", Tensor.From(0f, 0f, 0f));
        Run("restore", path);

        Assert.Equal([1f, 2f, 3f], _g.Session.ReadVariable("v")!.Span<float>());
    }

    [Fact]
    public void A_checkpoint_that_is_not_there_is_not_found()
    {
        GraphTensor prefix = _g.Const("prefix", Tensor.Scalar(Path.Combine(_folder.FullName, "nothing")));
        GraphTensor names = _g.Const("names", Tensor.FromStrings(["v"], [1])), whole = _g.Const("whole", Tensor.FromStrings([""], [1]));
        _g.Node("RestoreV2", "read", [prefix, names, whole], ("dtypes", new Protos.AttrValue { List = new() { Type = { Protos.DataType.DtFloat } } }));

        ModelFileException e = Assert.Throws<ModelFileException>(() => _g.Run("read:0"));

        Assert.Equal(StatusCode.NotFound, e.Code);
    }

    private void Run(string target, Tensor path) =>
        _g.Session.Prepare(new RunSignature(["prefix:0"], [], [target])).Run([path], [], TestContext.Current.CancellationToken);
}
