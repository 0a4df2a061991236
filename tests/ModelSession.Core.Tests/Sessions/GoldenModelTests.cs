using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>Sessions from files that TensorFlow wrote, without anything of ours in them.</summary>
public sealed class GoldenModelTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()] };

    [Fact]
    public void A_graph_of_TensorFlows_is_evaluated_and_trained_by_guessed_roles()
    {
        using ModelSession session = ModelSession.Restore(SharedData.Require("golden/models/mnist_cnn_small"), s_options);
        // The stored trajectory's 66 runs are 60 steps and 6 evaluations.
        Assert.Equal(60, session.Iteration);
        Assert.Equal("parameters/x:0", session.RolesGuessed["inputs"]);
        Assert.Contains(session.Warnings, warning => warning.Contains("model.ckpt-0.meta", StringComparison.Ordinal));
        Assert.Equal(new Hyperparameter("keep_probability", null, 1), session.Hyperparameters.Single(h => h.Name == "keep_probability"));

        EvaluationResult before = session.Evaluate(MnistData.Sample);
        GraphException missing = Assert.Throws<GraphException>(() => session.Train(MnistData.Sample));
        Assert.Contains("'learning_rate'", missing.Message, StringComparison.Ordinal);
        session.Train(MnistData.Sample, new TrainingOptions
        {
            Steps = 60,
            Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = 1e-3, ["keep_probability"] = 0.5 },
        });

        Assert.Equal(120, session.Iteration);
        Assert.InRange(before.Accuracy!.Value, 0.5, 1);
        Assert.True(session.Evaluate(MnistData.Sample).Loss < before.Loss);
    }

    [Fact]
    public void A_role_that_was_guessed_can_be_said_instead()
    {
        using ModelSession session = ModelSession.Restore(
            SharedData.Require("golden/models/mnist_cnn_small") + "/model.ckpt-33", s_options with { Binding = new Binding { ["predictions"] = "model/logits:0" } });
        Assert.Equal(("model/logits:0", 30L), (session.Binding.Name("predictions"), session.Iteration));
        Assert.DoesNotContain("predictions", session.RolesGuessed.Keys);
        GraphException error = Assert.Throws<GraphException>(() => ModelSession.Restore(
            SharedData.Require("golden/models/mnist_cnn_small"), s_options with { Binding = new Binding { ["loss"] = "train/lose:0" } }));
        Assert.Contains("'train/loss", error.Message, StringComparison.Ordinal);
    }
}
