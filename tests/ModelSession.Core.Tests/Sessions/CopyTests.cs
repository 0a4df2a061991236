using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>A copy stands where its original stands, and goes its own way.</summary>
public sealed class CopyTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_copy_that_is_trained_alike_gets_the_same_weights()
    {
        using ModelSession original = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);
        original.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        using ModelSession copy = original.Copy();
        Assert.Equal((original.Iteration, original.Seed, original.Position), (copy.Iteration, copy.Seed, copy.Position));
        foreach (ModelSession session in (ModelSession[])[original, copy])
        {
            session.Train(MnistData.Sample, new TrainingOptions { Steps = 5 });
        }

        Assert.Equal(Weights(original), Weights(copy));
    }

    [Fact]
    public void Neither_changes_the_other()
    {
        using ModelSession original = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);
        using ModelSession copy = original.Copy();
        float[] before = Weights(original);
        copy.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        Assert.Equal(before, Weights(original));
        original.Dispose();
        copy.Train(MnistData.Sample, new TrainingOptions { Steps = 1 });
        Assert.Equal(3, copy.Iteration);
    }

    [Fact]
    public void A_copy_has_no_folder_until_it_gets_one()
    {
        using ModelSession original = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options with { Directory = _folder["original"] });
        using ModelSession copy = original.Copy(), placed = original.Copy(_folder["copy"]);
        Assert.Null(copy.Directory);
        placed.Save();
        using ModelSession restored = ModelSession.Restore(_folder["copy"], s_options);
        Assert.Equal(Weights(original), Weights(restored));
        Assert.Equal(2, Convert.ToInt32(restored.Parameters["Layer1"], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_torn_session_is_not_copied()
    {
        using ModelSession original = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);
        original.IsTorn = true;
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<EngineException>(() => original.Copy()).Code);
    }

    private static float[] Weights(ModelSession session) => session.ReadVariable("model/fc1/weights").Span<float>().ToArray();
}
