using System.Diagnostics;
using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>A training that was interrupted ends with the bytes of one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 3)]
    public void Trained_to_120_killed_at_170_after_a_checkpoint_at_150_and_trained_to_300_it_has_the_bytes_of_300_steps(int whole, int first, int second)
    {
        using (ModelSession session = TrainUntilKilled.Create(whole))
        {
            session.Train(TrainUntilKilled.Data, TrainUntilKilled.Until(300));
            session.Save(_folder["whole"]);
        }

        using (Process process = TrainUntilKilled.Start(_folder["parts"], first))
        {
            string? line;
            while ((line = process.StandardOutput.ReadLine()) is not (null or "at 170"))
            {
            }

            Assert.Equal("at 170", line);
            // SIGKILL.
            process.Kill();
            process.WaitForExit();
        }

        using (ModelSession session = ModelSession.Restore(_folder["parts"], TrainUntilKilled.Options(second)))
        {
            Assert.Equal((150L, 7L), (session.Iteration, session.Position!.Epoch));
            session.Train(TrainUntilKilled.Data, TrainUntilKilled.Until(300));
            session.Save();
            Assert.Equal([(0L, 120L), (120, 150), (150, 300)], session.History.Runs.Select(run => (run.FirstIteration!.Value, run.LastIteration!.Value)));
        }

        Same("model.ckpt-300");
    }

    // Dropout in branches, recurrent cells, statistics of batches, moving averages, loops in functions, random layers.
    [Theory]
    [InlineData("cond_dropout")]
    [InlineData("lstm_static")]
    [InlineData("cnn_batchnorm_rmsprop")]
    [InlineData("ema_mlp")]
    [InlineData("functional_control_flow")]
    [InlineData("layers_api")]
    public void Models_of_TensorFlows_resume_to_the_bit(string model)
    {
        string source = SharedData.Require($"golden/models/{model}") + "/model.ckpt-0";
        using (ModelSession session = ModelSession.Restore(source, Options(1)))
        {
            Train(session, 13);
            session.Save(_folder["whole"]);
        }

        using (ModelSession session = ModelSession.Restore(source, Options(2)))
        {
            Train(session, 6);
            session.Save(_folder["parts"]);
            Train(session, 2);
        }

        using (ModelSession session = ModelSession.Restore(_folder["parts"], Options(3)))
        {
            Train(session, 7);
            session.Save();
        }

        Same("model.ckpt-13");
    }

    private static SessionOptions Options(int threads) => TrainUntilKilled.Options(threads);

    // Data that mean nothing, of the shapes that the graph wants; at 8 a step the last batch has 5.
    private static void Train(ModelSession session, int steps)
    {
        Tensor inputs = Examples(session.Tensor(Roles.Inputs), 37), labels = Examples(session.Tensor(Roles.Labels), 37);
        session.Train(DatasetPart.From(inputs, labels, "made up"), new TrainingOptions
        {
            Steps = steps,
            BatchSize = 8,
            Hyperparameters = session.Hyperparameters.Where(known => known.Training is null)
                .ToDictionary(known => known.Name, known => (Schedule)(known.Name.Contains("keep", StringComparison.Ordinal) ? 0.5 : 0.01)),
        });
    }

    private static Tensor Examples(GraphTensor fed, int count)
    {
        long[] shape = [count, .. fed.Shape.Dimensions[1..].ToArray().Select(size => size < 0 ? 6 : size)];
        Tensor values = Tensor.Zeros(fed.DType, Shape.Create(shape));
        for (long i = 0; i < values.ElementCount; i++)
        {
            NumberCopy.Set(values, i, fed.DType.IsFloating() ? i * 7 % 31 / 31.0 : i % 2);
        }

        return values;
    }

    private void Same(string name)
    {
        foreach (string part in (string[])[".index", ".data-00000-of-00001"])
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(_folder["whole"], name + part)), parts = File.ReadAllBytes(Path.Combine(_folder["parts"], name + part));
            Assert.True(whole.AsSpan().SequenceEqual(parts), $"{name}{part} differs.");
        }
    }
}
