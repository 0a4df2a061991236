using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>An initialised session is as new; a part of it leaves the rest alone.</summary>
public sealed class InitializeTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_whole_session_is_as_new()
    {
        using ModelSession fresh = Create(), used = Create();
        used.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        Assert.Equal(3, used.UnsavedSteps);

        IReadOnlyList<string> initialized = used.Initialize();

        Assert.Equal(used.Variables.Select(variable => variable.Name).Order(StringComparer.Ordinal), initialized.Order(StringComparer.Ordinal));
        Assert.Equal((0L, 0L, null, null, 5), (used.Iteration, used.UnsavedSteps, used.Position, used.Checkpoint, used.Seed));
        Assert.Empty(used.History.Runs);
        Assert.Equal(Values(fresh), Values(used));
        fresh.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        used.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        Assert.Equal(Values(fresh), Values(used));
    }

    [Fact]
    public void Another_seed_gives_what_a_new_session_of_that_seed_has()
    {
        using ModelSession other = ModelSession.Create(Model(), s_options with { Seed = 9 }), used = Create();
        used.Train(MnistData.Sample, new TrainingOptions { Steps = 1 });

        used.Initialize(new InitializeOptions { Seed = 9 });

        Assert.Equal(9, used.Seed);
        Assert.Equal(Values(other), Values(used));
        other.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        used.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        Assert.Equal(Values(other), Values(used));
    }

    [Fact]
    public void A_checkpoint_remembers_the_other_seed()
    {
        using ModelSession used = Create();
        used.Initialize(new InitializeOptions { Seed = 9 });
        used.Save(_folder.Path);
        Assert.Equal(0, used.UnsavedSteps);

        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        using ModelSession copy = restored.Copy();

        Assert.Equal((9, 9), (restored.Seed, copy.Seed));
        foreach (ModelSession session in (ModelSession[])[used, restored, copy])
        {
            session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        }

        Assert.Equal(Values(used), Values(restored));
        Assert.Equal(Values(used), Values(copy));
        restored.Initialize();
        used.Initialize();
        Assert.Equal(Values(used), Values(restored));
    }

    [Fact]
    public void A_part_gets_its_first_values_and_the_rest_keeps_its_own()
    {
        using ModelSession fresh = Create(), used = Create(), alike = Create();
        used.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        alike.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });

        IReadOnlyList<string> initialized = used.Initialize(new InitializeOptions { Include = ["model/fc2/*"], Exclude = ["*Adam*"] });

        Assert.Equal(["model/fc2/weights", "model/fc2/bias"], initialized);
        Assert.Equal(2, used.Iteration);
        foreach (VariableInfo variable in used.Variables)
        {
            ModelSession same = initialized.Contains(variable.Name) ? fresh : alike;
            Assert.Equal(same.ReadVariable(variable.Name).ToArray(), used.ReadVariable(variable.Name).ToArray());
        }

        Assert.Equal(alike.Engine.CaptureState().Generators, used.Engine.CaptureState().Generators.Where(pair => alike.Engine.CaptureState().Generators.ContainsKey(pair.Key)));
    }

    [Fact]
    public void A_pattern_without_a_match_is_an_error_with_near_names()
    {
        using ModelSession session = Create();
        GraphException error = Assert.Throws<GraphException>(() => session.Initialize(new InitializeOptions { Include = ["model/fc2/wieghts"] }));
        Assert.Equal(StatusCode.NotFound, error.Code);
        Assert.Contains("model/fc2/weights", error.Message, StringComparison.Ordinal);
    }

    private static MnistModel Model() => new() { Layer1 = 2, Layer2 = 2 };

    private static ModelSession Create() => ModelSession.Create(Model(), s_options);

    private static float[][] Values(ModelSession session) =>
        [.. session.Variables.Where(variable => variable.DType == DType.Float32).Select(variable => session.ReadVariable(variable.Name).Span<float>().ToArray())];
}
