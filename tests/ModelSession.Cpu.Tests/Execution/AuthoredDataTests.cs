namespace ModelSessions.Tests.Execution;

/// <summary>Tables, words, datasets, scaffolds and functional control flow as users build them.</summary>
public sealed class AuthoredDataTests
{
    [Fact]
    public void A_table_gives_values_of_its_keys_and_its_default_for_others()
    {
        GraphBuilder g = new();
        LookupTable table = g.Tables.HashTable(Tensor.FromStrings(["a", "b"], [2]), Tensor.From<long>(10, 20), -1);
        GraphTensor found = table.Lookup(g.Constant(Tensor.FromStrings(["b", "z", "a"], [3]))), size = table.Size();
        string initializer = g.Tables.Initialize().Name;

        using CpuRun run = new(g.Graph);
        run.Target(initializer);
        Assert.Equal([20L, -1, 10], run.Fetch(found.Name).Span<long>().ToArray());
        Assert.Equal([2L], run.Fetch(size.Name).Span<long>().ToArray());
    }

    [Fact]
    public void Words_outside_of_a_vocabulary_get_numbers_behind_it()
    {
        GraphBuilder g = new();
        LookupTable words = g.Tables.Vocabulary(Tensor.FromStrings(["the", "plot"], [2]), 3);
        GraphSparseTensor split = g.Strings.Split(g.Constant(Tensor.FromStrings(["the good plot", "the"], [2])));
        GraphTensor ids = words.Lookup(split).Values, size = words.Size();

        using CpuRun run = new(g.Graph);
        run.Target(words.Initializer.Name);
        long[] numbers = run.Fetch(ids.Name).Span<long>().ToArray();
        Assert.Equal([0L, 1, 0], [numbers[0], numbers[2], numbers[3]]);
        Assert.InRange(numbers[1], 2, 4);
        Assert.Equal([5L], run.Fetch(size.Name).Span<long>().ToArray());
    }

    [Fact]
    public void A_dataset_goes_through_functions_that_take_tensors_of_the_graph()
    {
        GraphBuilder g = new();
        GraphTensor factor = g.Constant(Tensor.Scalar(10L));
        GraphDataset data = g.Datasets.Range(6).Filter((f, x) => [(x[0] % 2L).Equal(0L)]).Map((f, x) => [f.Times(x[0], factor)]).Batch(2);
        GraphIterator initialised = data.MakeInitializableIterator();
        GraphTensor next = initialised.GetNext()[0], once = data.MakeOneShotIterator().GetNext()[0];
        Assert.Equal(new Shape(-1), next.Shape);

        using CpuRun run = new(g.Graph);
        for (int i = 0; i < 2; i++)
        {
            run.Target(initialised.Initializer!.Name);
            Assert.Equal([0L, 20], run.Fetch(next.Name).Span<long>().ToArray());
            Assert.Equal([40L], run.Fetch(next.Name).Span<long>().ToArray());
            Assert.Equal(StatusCode.OutOfRange, Assert.ThrowsAny<EngineException>(() => run.Fetch(next.Name)).Code);
        }

        Assert.Equal([0L, 20], run.Fetch(once.Name).Span<long>().ToArray());
    }

    [Fact]
    public void A_dataset_that_is_fed_has_no_one_shot_iterator()
    {
        GraphBuilder g = new();
        GraphDataset data = g.Datasets.FromTensorSlices(g.Placeholder(DType.Float32, [-1, 2], "x"));
        Assert.Throws<GraphException>(data.MakeOneShotIterator);
    }

    [Fact]
    public void A_scaffold_names_the_variables_that_have_no_value_yet()
    {
        GraphBuilder g = new();
        g.GetVariable("w", [2], Initializers.Zeros);
        g.Metrics.Mean(g.Constant(1.0), name: "m");
        TrainingScaffold scaffold = g.Scaffold();

        using CpuRun run = new(g.Graph);
        Assert.Equal(3, run.Fetch(scaffold.ReadyOp.Name).ElementCount);
        Assert.Equal(1, run.Fetch(scaffold.ReadyForLocalInitOp.Name).ElementCount);
        run.Target(scaffold.InitOp.Name);
        Assert.Equal(0, run.Fetch(scaffold.ReadyForLocalInitOp.Name).ElementCount);
        run.Target(scaffold.LocalInitOp.Name);
        Assert.Equal(0, run.Fetch(scaffold.ReadyOp.Name).ElementCount);
        Assert.Null(scaffold.SummaryOp);
    }

    [Fact]
    public void Branches_and_loops_of_functions_have_gradients()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, Shape.Scalar, "x"), start = g.Constant(Tensor.Scalar(0));
        GraphTensor power = g.Functional.WhileLoop((f, v) => [v[0].Less(3)], (f, v) => [v[0] + 1, f.Times(v[1], x)], [start, g.Constant(1.0)])[1];
        GraphTensor y = g.Functional.Cond(x.Greater(0.0), f => [f.Times(power, 2.0)], f => [f.Negate(x)])[0];
        GraphTensor slope = ModelSessions.Gradients.Of(y, x)[0]!;

        using CpuRun run = new(g.Graph);
        Assert.Equal([16f], run.Fetch(y.Name, ("x:0", Tensor.Scalar(2f))).Span<float>().ToArray());
        Assert.Equal([24f], run.Fetch(slope.Name, ("x:0", Tensor.Scalar(2f))).Span<float>().ToArray());
        Assert.Equal([-1f], run.Fetch(slope.Name, ("x:0", Tensor.Scalar(-2f))).Span<float>().ToArray());
    }

    [Fact]
    public void A_loop_by_functions_ends_after_the_iterations_that_are_allowed()
    {
        GraphBuilder g = new();
        GraphTensor last = g.Functional.WhileLoop((f, v) => [v[0].Less(100)], (f, v) => [v[0] + 1], [g.Constant(Tensor.Scalar(0))], new() { MaximumIterations = 7 })[0];
        using CpuRun run = new(g.Graph);
        Assert.Equal([7], run.Fetch(last.Name).Span<int>().ToArray());
    }

    [Fact]
    public void A_mask_and_the_part_of_zeros()
    {
        GraphBuilder g = new();
        GraphTensor values = g.Constant(Tensor.From<float>(0, 5, 0, 7));
        GraphTensor chosen = g.BooleanMask(values, values.Greater(0.0)), part = g.ZeroFraction(values);
        using CpuRun run = new(g.Graph);
        Assert.Equal([5f, 7], run.Fetch(chosen.Name).Span<float>().ToArray());
        Assert.Equal([0.5f], run.Fetch(part.Name).Span<float>().ToArray());
    }
}
