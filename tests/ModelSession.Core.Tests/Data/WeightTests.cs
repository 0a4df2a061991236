using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Data;

/// <summary>Examples that count differently.</summary>
public sealed class WeightTests : IDisposable
{
    private const string Csv = "x,y,w\n1,2,1\n2,1,0\n3,6,2\n4,8,0.5\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void A_column_says_how_much_an_example_counts(long memoryLimit)
    {
        File.WriteAllText(_folder["data.csv"], Csv);
        DatasetPart part = CsvData.Read([_folder["data.csv"]], new TableOptions { LabelColumns = ["y"], LabelKind = LabelKind.Number, WeightColumn = "w", MemoryLimit = memoryLimit }).Train;
        Assert.True(part.HasWeights);
        Assert.Equal(["x"], part.Contract!.Columns.Select(column => column.Name));
        Tensor weights = Tensor.Zeros(DType.Float32, [4]);
        part.ReadWeights([3, 2, 1, 0], weights);
        Assert.Equal([0.5f, 2, 0, 1], weights.Span<float>().ToArray());
    }

    [Fact]
    public void A_model_with_weights_learns_by_them()
    {
        DatasetPart weighted = CsvData.Parse(Csv, new TableOptions { LabelColumns = ["y"], LabelKind = LabelKind.Number, WeightColumn = "w" }).Train;
        using ModelSession session = ModelSession.Create(Line(), new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        session.Train(weighted, new TrainingOptions { Steps = 300, BatchSize = 4 });
        // The only example that is not on the line y = 2 x counts nothing.
        Assert.Equal(2, session.ReadVariable("a").ToScalar<float>(), 1e-3f);
        Assert.Equal(0, session.Evaluate(weighted).Loss!.Value, 1e-5);
    }

    [Fact]
    public void Without_weights_all_examples_count_alike()
    {
        DatasetPart plain = DatasetPart.From(Tensor.From<float>([1, 2], [2, 1]), Tensor.From<float>([2, 4], [2, 1]));
        using ModelSession session = ModelSession.Create(Line(), new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        Assert.False(plain.HasWeights);
        Assert.Equal((2.0 * 2 + 4 * 4) / 2, session.Evaluate(plain).Loss!.Value, 1e-6);
        Assert.Equal(
            (2.0 * 2 + 3 * 4 * 4) / 2,
            session.Evaluate(DatasetPart.From(Tensor.From<float>([1, 2], [2, 1]), Tensor.From<float>([2, 4], [2, 1]), weights: Tensor.From<int>(1, 3))).Loss!.Value,
            1e-6);
    }

    [Fact]
    public void Weights_below_zero_or_too_few_are_refused()
    {
        Tensor two = Tensor.From<float>([1, 2], [2, 1]);
        Assert.Contains("example 1", Assert.Throws<ArgumentException>(() => DatasetPart.From(two, weights: Tensor.From<float>(1, -1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DatasetPart.From(two, weights: Tensor.From<float>(1, 1, 1)));
    }

    [Theory]
    [InlineData("-1", 0)]
    [InlineData("NaN", 1 << 20)]
    [InlineData("-0.5", 1 << 20)]
    [InlineData("", 0)]
    [InlineData("heavy", 0)]
    public void A_weight_in_a_file_that_is_none_is_refused_with_its_place(string weight, long memoryLimit)
    {
        string path = _folder["data.csv"];
        File.WriteAllText(path, $"x,y,w\n1,2,1\n1,2,{weight}\n");
        ModelFileException error = Assert.Throws<ModelFileException>(() => CsvData.Read([path], new TableOptions { WeightColumn = "w", MemoryLimit = memoryLimit }));
        Assert.Equal((path, 2L, "w"), (error.Path, error.Row, error.Column));
    }

    [Fact]
    public void A_model_without_weights_refuses_examples_that_have_some()
    {
        Tensor two = Tensor.From<float>([1, 2], [2, 1]);
        DatasetPart weighted = DatasetPart.From(two, two, weights: Tensor.From<float>(1, 1));
        using ModelSession session = ModelSession.Create(Line(), new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
        session.Binding[Roles.Weights] = null;
        Assert.Contains("-WeightColumn", Assert.Throws<GraphException>(() => session.Train(weighted, new TrainingOptions { Steps = 1 })).Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<GraphException>(() => session.Evaluate(weighted)).Code);
    }

    // y = a x, by weighted squares.
    private static FunctionDefinition Line() => new("line", g =>
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 1], "x"), y = g.Placeholder(DType.Float32, [-1, 1], "y"), w = g.Placeholder(DType.Float32, [-1, 1], "w");
        GraphVariable a = g.Variable("a", [], Initializers.Zeros);
        GraphTensor loss = g.ReduceMean(g.Square(x * a - y) * w);
        return new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Weights] = w, [Roles.Loss] = loss, [Roles.Train] = new GradientDescentOptimizer(0.02f).Minimize(loss) };
    });
}
