namespace ModelSessions.Tests.Sessions;

public sealed class FeedTests : IDisposable
{
    private readonly ModelSession _session = ModelSession.Create(new PixelModel(), new SessionOptions { Engines = [new CpuEngine()] });

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Hyperparameters_roles_and_names_say_what_is_fed()
    {
        Assert.Equal("keep_probability:0", _session.FedTensor("KeepProbability").Name);
        Assert.Equal("x:0", _session.FedTensor("inputs").Name);
        Assert.Equal("probabilities:0", _session.FedTensor("probabilities").Name);
    }

    [Fact]
    public void Who_feeds_what_is_not_there_is_told_what_can_be_fed()
    {
        GraphException error = Assert.Throws<GraphException>(() => _session.FedTensor("inpts"));

        Assert.Equal(StatusCode.NotFound, error.Code);
        Assert.Contains("Did you mean 'inputs'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'inputs', 'labels', 'learning_rate', 'keep_probability', and any tensor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_was_not_fed_is_told_by_role_with_the_values_that_hold()
    {
        EngineException error = Assert.Throws<EngineException>(() => Run(["loss"]));
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("'inputs' (x:0) float32 [?, 784], 'labels' (y:0) float32 [?, 10]", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("-Feed @{ inputs = …; labels = …; keep_probability = 1 }.", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<EngineException>(() => Run([], ["train"], ("inputs", Images), ("labels", Tensor.Zeros(DType.Float32, [2, 10]))));
        Assert.EndsWith("-Feed @{ learning_rate = 0.5; keep_probability = 0.9 }.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3f, "the class 3 is (, @(0, 0, 0, 1, 0, 0, 0, 0, 0, 0))")]
    [InlineData(10f, "1 at its class and 0 elsewhere.")]
    [InlineData(0.5f, "1 at its class and 0 elsewhere.")]
    public void Class_numbers_for_one_hot_labels_are_told_their_rows(float label, string told)
    {
        GraphException error = Assert.Throws<GraphException>(() => Run(["loss"], [], ("labels", Tensor.Scalar(label))));

        Assert.StartsWith("'labels' (y:0) takes float32 [?, 10]; it is fed float32 []. These labels are one-hot", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(told, error.Message.TrimEnd('.') + (told[^1] == '.' ? "." : ""), StringComparison.Ordinal);
    }

    [Fact]
    public void One_example_without_its_list_is_told_so() =>
        Assert.EndsWith("a list of one: (, $value).", Assert.Throws<GraphException>(() => Run(["predictions"], [], ("inputs", Tensor.Zeros(DType.Float32, [784])))).Message, StringComparison.Ordinal);

    private static Tensor Images => Tensor.Zeros(DType.Float32, [2, 784]);

    private Tensor[] Run(string[] fetches, string[]? targets = null, params (string Name, Tensor Value)[] feeds) =>
        _session.Run(fetches, feeds.ToDictionary(feed => feed.Name, feed => feed.Value), targets, cancel: TestContext.Current.CancellationToken);
}
