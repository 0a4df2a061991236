using ModelSessions.Data;

namespace ModelSessions.Tests.Predictions;

/// <summary>What models say of examples: classes, values, arrays.</summary>
public sealed class PredictorTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    // Of each: what the model says of its input, which is numbers of two columns, and its loss by labels of the same shape.
    public static TheoryData<string, Func<GraphBuilder, GraphTensor, GraphTensor, (GraphTensor Predictions, GraphTensor? Loss)>, float[]> Forms => new()
    {
        { "probabilities of a softmax stay", (g, x, y) => (g.Softmax(x), null), [0.5f, 0.5f, 0.8807971f, 0.11920292f] },
        { "logits of a softmax loss become probabilities", (g, x, y) => (g.Identity(x), g.Losses.SoftmaxCrossEntropy(y, g.Identity(x))), [0.5f, 0.5f, 0.8807971f, 0.11920292f] },
        { "logits that a loss takes by class numbers do, too", (g, x, y) => Logits(g, x, logits => g.SparseSoftmaxCrossEntropy(g.ArgMax(y, 1), logits)), [0.5f, 0.5f, 0.8807971f, 0.11920292f] },
        { "logarithms become probabilities", (g, x, y) => (g.Add("LogSoftmax", x), null), [0.5f, 0.5f, 0.8807971f, 0.11920292f] },
        { "parts that sum to one are probabilities", (g, x, y) => (g.Identity(g.Softmax(x) * 1.0), null), [0.5f, 0.5f, 0.8807971f, 0.11920292f] },
        { "one part of a sigmoid is that of the second class", (g, x, y) => (g.Sigmoid(g.ReduceSum(x, (long[])[1], true)), null), [0.5f, 0.5f, 0.11920292f, 0.8807971f] },
        { "log-odds of a sigmoid loss become parts", (g, x, y) => OneLogit(g, x, y), [0.5f, 0.5f, 0.11920292f, 0.8807971f] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Scores_are_probabilities(string fact, Func<GraphBuilder, GraphTensor, GraphTensor, (GraphTensor Predictions, GraphTensor? Loss)> build, float[] expected)
    {
        using ModelSession session = Create(build);
        using Predictor predictor = new(session, new PredictionOptions { Top = 2 });
        ClassPrediction[] found = [.. predictor.Predict(Two).Cast<ClassPrediction>()];
        Assert.Equal(expected, found.SelectMany(prediction => prediction.Probabilities).Select(p => (float)p), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.True(expected[2] > expected[3] ? found[1].Class.Equals(0) : found[1].Class.Equals(1), fact);
        Assert.Equal(found[1].Score, found[1].Top[0].Score);
        Assert.True(found[1].Top[0].Score > found[1].Top[1].Score);
    }

    [Fact]
    public void What_is_no_class_is_a_value_or_an_array()
    {
        using ModelSession sums = Create((g, x, _) => (g.ReduceSum(x, (long[])[1]), null)), values = Create((g, x, _) => (x * 3.0, null)),
            arrays = Create((g, x, _) => (g.Reshape(x, (long[])[-1, 1, 2]), null)), texts = Create((g, x, _) => (g.Add("AsString", g.ReduceSum(x, (long[])[1])), null));
        Assert.Equal([0f, 2f], One(sums).Select(prediction => ((ValuePrediction)prediction).Value));
        Assert.Equal([6f, 0f], ((ValuePrediction)One(values)[1]).Values.Cast<float>());
        Assert.Equal([1, 2], ((TensorPrediction)One(arrays)[1]).Value.Shape);
        Assert.Equal([2f, 0f], ((TensorPrediction)One(arrays)[1]).Value.Span<float>().ToArray());
        Assert.Equal("2.000000", ((ValuePrediction)One(texts)[1]).Value);
    }

    [Fact]
    public void Classes_have_the_names_that_the_model_knows()
    {
        using ModelSession named = Create((g, x, _) => (x + 0.0, null), ["cat", "dog"]), number = Create((g, x, _) => (g.ArgMax(x, 1), null), ["cat", "dog"]);
        Assert.Equal(["cat", "cat"], One(named).Select(prediction => ((ClassPrediction)prediction).Class));
        ClassPrediction only = (ClassPrediction)One(number)[1];
        Assert.Equal(("cat", null, 0), (only.Class, only.Score, only.Probabilities.Count));
    }

    [Fact]
    public void An_array_without_the_dimension_that_counts_is_one_example()
    {
        using ModelSession session = Create((g, x, _) => (x * 3.0, null));
        using Predictor predictor = new(session);
        Assert.Equal([3f, 6f], ((ValuePrediction)Assert.Single(predictor.Predict(Tensor.From([1f, 2f])))).Values.Cast<float>());
        Assert.Equal([1L, 2], predictor.Predict(Two).Select(prediction => prediction.Index));
        Assert.Throws<GraphException>(() => predictor.Predict(Tensor.From([1f, 2f, 3f])));
    }

    [Fact]
    public void Arrays_are_scaled_by_the_contract_unless_they_are_encoded()
    {
        using ModelSession session = Create((g, x, _) => (x + 0.0, null));
        session.Contract = new DataContract { Shape = [2], Mean = [1], Deviation = [2] };
        using Predictor raw = new(session), encoded = new(session, new PredictionOptions { Encoded = true });
        Assert.Equal([-0.5f, 4f], ((ValuePrediction)raw.Predict(Tensor.From([0, 9])).Single()).Values.Cast<float>());
        Assert.Equal([0f, 9f], ((ValuePrediction)encoded.Predict(Tensor.From([0, 9])).Single()).Values.Cast<float>());
    }

    [Fact]
    public void Wrong_rows_are_told_and_the_others_are_gone_on_with()
    {
        using ModelSession session = Create((g, x, _) => (x + 0.0, null));
        session.Contract = new DataContract { Shape = [2], Columns = [new DataColumn("a", ColumnKind.Number), new DataColumn("b", ColumnKind.Number)] };
        using Predictor predictor = new(session, new PredictionOptions { BatchSize = 2 });
        List<string> failures = [];
        KeyValuePair<string, object?>[][] rows =
        [
            [new("a", 1), new("b", 2)], [new("a", 1)], [new("B", 4), new("a", 3), new("other", "x")], [new("a", "x"), new("b", 1)], [new("a", null), new("b", 1)], [new("a", 5), new("b", 6)],
        ];
        Prediction[] found = [.. predictor.PredictRows(rows, rows, (row, error) => failures.Add($"{row}: {error.Message}"))];
        Assert.Equal([0L, 2, 5], found.Select(prediction => prediction.Index));
        Assert.Equal([3f, 4f], ((ValuePrediction)found[1]).Values.Cast<float>());
        Assert.Same(rows[5], found[2].Source);
        Assert.Equal(3, failures.Count);
        Assert.Contains(failures, failure => failure.StartsWith("1: row 2, column 'b': the row lacks the column.", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("3: row 4, column 'a': expected a number", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("4: row 5, column 'a': the value is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Datasets_come_in_batches_with_their_labels()
    {
        using ModelSession session = Create((g, x, _) => (g.Softmax(x), null), ["cat", "dog"]);
        DatasetPart part = DatasetPart.From(Tensor.From(Enumerable.Range(0, 10).Select(i => (float)i).ToArray(), [5, 2]), Tensor.From([0, 1, 0, 1, 1]));
        using Predictor predictor = new(session, new PredictionOptions { BatchSize = 2 });
        Assert.Equal(["cat", "dog", "cat"], predictor.Predict(part, 3).Select(prediction => prediction.Label));
        Assert.Equal([3L, 4, 5, 6, 7], predictor.Predict(part).Select(prediction => prediction.Index));
    }

    [Fact]
    public void Examples_go_through_the_session_in_front()
    {
        using ModelSession front = Create((g, x, _) => (x * 2.0, null)), back = Create((g, x, _) => (x + 1.0, null));
        back.Front = front;
        Assert.Equal([5f, 1f], ((ValuePrediction)One(back)[1]).Values.Cast<float>());
    }

    [Fact]
    public void An_output_that_is_not_one_of_each_example_is_refused()
    {
        using ModelSession session = Create((g, x, _) => (g.ReduceSum(x, (long[])[0, 1]), null));
        using Predictor predictor = new(session);
        Assert.Contains("not something for each", Assert.Throws<GraphException>(() => predictor.Predict(Two).ToArray()).Message, StringComparison.Ordinal);
    }

    private static Tensor Two => Tensor.From([0f, 0f, 2f, 0f], [2, 2]);

    private static Prediction[] One(ModelSession session)
    {
        using Predictor predictor = new(session);
        return [.. predictor.Predict(Two)];
    }

    private static (GraphTensor, GraphTensor?) Logits(GraphBuilder g, GraphTensor x, Func<GraphTensor, GraphTensor> loss)
    {
        GraphTensor logits = x * 1.0;
        return (logits, g.ReduceMean(loss(logits)));
    }

    private static (GraphTensor, GraphTensor?) OneLogit(GraphBuilder g, GraphTensor x, GraphTensor y)
    {
        GraphTensor logit = g.ReduceSum(x, (long[])[1], true);
        return (logit, g.ReduceMean(g.SigmoidCrossEntropy(g.ReduceSum(y, (long[])[1], true), logit)));
    }

    private static ModelSession Create(Func<GraphBuilder, GraphTensor, GraphTensor, (GraphTensor Predictions, GraphTensor? Loss)> build, string[]? classes = null) => ModelSession.Create(
        new FunctionDefinition("test", g =>
        {
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "x"), y = g.Placeholder(DType.Float32, [-1, 2], "y");
            (GraphTensor predictions, GraphTensor? loss) = build(g, x, y);
            Binding binding = new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Predictions] = predictions };
            if (loss is not null)
            {
                binding[Roles.Loss] = loss;
            }

            return binding;
        })
        { Classes = classes ?? [] },
        s_options);
}
