using System.Text.Json;
using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Training;

namespace ModelSessions.Tests;

public sealed class TensorFlowTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 3 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-session-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TensorFlow_takes_over_our_checkpoint_and_we_take_over_its()
    {
        using ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 4, Layer2 = 8 }, s_options);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 20, Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = 1e-3 } });
        string ours = Path.Combine(_folder.FullName, "ours"), theirs = Path.Combine(_folder.FullName, "theirs");
        CheckpointInfo saved = session.Save(ours);

        JsonElement python = TensorFlowPython.Run("continue_training.py", saved.Prefix, Directory.CreateDirectory(theirs).FullName, "10");

        Assert.Equal(saved.Prefix, python.GetProperty("latest").GetString());
        Assert.Equal((20, 30), (python.GetProperty("iteration_before").GetInt32(), python.GetProperty("iteration_after").GetInt32()));
        Assert.Equal(Loss(session), python.GetProperty("loss_before").GetDouble(), 1e-6);
        Assert.Equal(session.Graph.Builder.Variables().Select(variable => variable.Handle.Name), python.GetProperty("variables").EnumerateArray().Select(name => name.GetString()));

        using ModelSession continued = ModelSession.Restore(theirs, s_options);
        Assert.Equal("model.ckpt-30", continued.Checkpoint!.Name);
        Assert.Empty(continued.RolesGuessed);
        Assert.Equal(4, continued.Parameters["Layer1"]);
        Assert.Equal(python.GetProperty("loss_after").GetDouble(), Loss(continued), 1e-6);
        Assert.Equal(40, continued.Train(MnistData.Sample, new TrainingOptions { Steps = 10 }).LastIteration);
    }

    [Fact]
    public void TensorFlow_reads_a_prefix_that_was_written_over()
    {
        using ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);
        session.Save(_folder.FullName);
        CheckpointInfo saved = session.Save(_folder.FullName);
        Assert.True(File.Exists(saved.Prefix + ".data-00000-of-00001"));

        JsonElement python = TensorFlowPython.Run("continue_training.py", saved.Prefix, _folder.CreateSubdirectory("theirs").FullName, "1");

        Assert.Equal(Loss(session), python.GetProperty("loss_before").GetDouble(), 1e-6);
    }

    // The batch of continue_training.py.
    private static double Loss(ModelSession session)
    {
        const int count = 50;
        Tensor x = Tensor.Zeros(DType.Float32, [count, 784]), y = Tensor.Zeros(DType.Float32, [count, 10]);
        for (int i = 0; i < count * 784; i++)
        {
            x.Span<float>()[i] = i * 7 % 256 / 255f;
        }

        for (int i = 0; i < count; i++)
        {
            y.Span<float>()[i * 10 + i % 10] = 1;
        }

        Tensor[] values = session.Run(["loss"], new Dictionary<string, Tensor> { ["inputs"] = x, ["labels"] = y, ["keep_probability"] = Tensor.Scalar(1f) });
        return values[0].ToScalar<float>();
    }
}
