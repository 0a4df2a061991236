using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Data;

/// <summary>Class numbers that a model has no room for.</summary>
public sealed class SparseLabelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Data_with_more_classes_than_the_model_has_are_refused()
    {
        using ModelSession session = Create();
        GraphException error = Assert.Throws<GraphException>(() => session.Train(Data([0, 1, 11, 2]), new TrainingOptions { Steps = 1 }));
        Assert.Contains("has 12 classes", error.Message, StringComparison.Ordinal);
        Assert.Contains("has room for 3. row 3: the label is of class 11.", error.Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => session.Evaluate(Data([0, 1, 11, 2])));
        Assert.Equal(1, session.Train(Data([0, 1, 2, 2]), new TrainingOptions { Steps = 1 }).Steps);
    }

    [Theory]
    [InlineData(-1, "the label is -1; the model's classes are 0 to 2")]
    [InlineData(3, "the label is 3; the model's classes are 0 to 2")]
    public void A_number_that_is_no_class_is_refused_before_the_step_with_its_row(int label, string message)
    {
        using ModelSession session = Create();
        // Of rank 2, and so not known to be classes.
        DatasetPart part = DatasetPart.From(Tensor.From<float>(new float[8], [4, 2]), Tensor.From<int>([0, label, 1, 2], [4, 1]));
        ModelFileException error = Assert.Throws<ModelFileException>(() => session.Train(part, new TrainingOptions { Steps = 1, Shuffle = false }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((2L, false, 0L), (error.Row, session.IsTorn, session.LastRun?.Steps ?? 0));
    }

    [Fact]
    public void A_label_between_two_classes_is_refused_with_its_row()
    {
        using ModelSession session = Create();
        DatasetPart part = DatasetPart.From(Tensor.From<float>(new float[8], [4, 2]), Tensor.From<double>(0, 1, 1.5, 2));
        ModelFileException error = Assert.Throws<ModelFileException>(() => session.Train(part, new TrainingOptions { Steps = 1, Shuffle = false }));
        Assert.Contains("the label is 1.5; the model takes whole numbers (int64)", error.Message, StringComparison.Ordinal);
        Assert.Equal((3L, true), (error.Row, error.IsOfData));
        Assert.Equal(1, session.Train(DatasetPart.From(Tensor.From<float>(new float[4], [2, 2]), Tensor.From<double>(0, 2)), new TrainingOptions { Steps = 1 }).Steps);
    }

    [Fact]
    public void The_first_row_of_a_class_that_there_is_no_room_for_is_told_with_file_line_and_column()
    {
        string path = _folder["classes.csv"];
        File.WriteAllText(path, "a,b,y\n1,2,0\n1,2,1\n1,2,2\n3,4,5\n");
        ModelDataset data = CsvData.Read([path], new TableOptions { LabelColumns = ["y"] });
        using ModelSession session = Create();
        GraphException error = Assert.Throws<GraphException>(() => session.Train(data, new TrainingOptions { Steps = 1 }));
        Assert.Contains($"has room for 3. '{path}', row 4 (line 5), column 'y': the label is of class 5.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void Of_a_file_row_line_and_column_are_told(long memoryLimit)
    {
        string path = _folder["data.csv"];
        File.WriteAllText(path, "a,b,y\n1,2,0\n1,2,\n1,2,2\n3,4,-7\n");
        ModelDataset data = CsvData.Read([path], new TableOptions { LabelColumns = ["y"], Missing = MissingPolicy.DropRow, MemoryLimit = memoryLimit });
        using ModelSession session = Create();
        ModelFileException error = Assert.Throws<ModelFileException>(() => session.Train(data, new TrainingOptions { Steps = 1 }));
        Assert.Equal((path, 4L, "y"), (error.Path, error.Row, error.Column));
        Assert.Contains("(line 5)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_arrays_that_were_divided_the_row_in_the_file_is_told()
    {
        Tensor labels = Tensor.From<long>([.. Enumerable.Range(0, 40).Select(i => i == 33 ? -2L : 1)]);
        ModelDataset data = ArrayData.From(Tensor.From<float>(new float[80], [40, 2]), labels, new TableOptions { Split = new DataSplit(0.5) });
        using ModelSession session = Create();
        ModelFileException error = Assert.Throws<ModelFileException>(() =>
        {
            session.Evaluate(data.Train);
            session.Evaluate(data.Validation!);
        });
        Assert.Equal(34, error.Row);
    }

    [Fact]
    public void Labels_that_a_model_changes_first_are_its_own_affair()
    {
        GraphBuilder g = new();
        GraphTensor y = g.Placeholder(DType.Int32, [-1], "y"), logits = g.Placeholder(DType.Float32, [-1, 3], "logits");
        g.SparseSoftmaxCrossEntropy(g.Maximum(y, g.Constant(0, DType.Int32)), logits);
        Assert.Null(SparseClasses.Of(y));
        g.SparseSoftmaxCrossEntropy(g.Cast(g.Identity(y), DType.Int64), logits);
        Assert.Equal(3, SparseClasses.Of(y)!.Count);
    }

    private static DatasetPart Data(int[] labels) => DatasetPart.From(Tensor.From<float>(new float[2 * labels.Length], [labels.Length, 2]), Tensor.From<int>(labels));

    private static ModelSession Create() => ModelSession.Create(
        new FunctionDefinition("sparse", g =>
        {
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "x"), y = g.Placeholder(DType.Int64, [-1], "y");
            GraphTensor logits = g.MatMul(x, g.Variable("w", [2, 3], Initializers.Zeros));
            GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits));
            return new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Loss] = loss, [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(loss) };
        }),
        new SessionOptions { Engines = [new CpuEngine()], Seed = 1 });
}
