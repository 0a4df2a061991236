using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class CheckpointObserverTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(0, FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Saves_every_so_many_iterations_by_a_saver_of_its_own()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        Saver few = session.AddSaver(new SaverOptions { Include = ["weights"], Checkpoints = new CheckpointOptions(1, FlushToDisk: false) });
        session.Train(MnistData.Sample, new TrainingOptions
        {
            Steps = 10,
            Observers = [new CheckpointObserver(4, _folder.Path), new CheckpointObserver(3, _folder.Path, "weights") { Saver = few }],
        });
        Assert.Equal(["model.ckpt-4", "model.ckpt-8", "weights-9"], CheckpointFolder.List(_folder.Path).Select(info => info.Name).Order(StringComparer.Ordinal));
        using CheckpointReader reader = CheckpointReader.Open(_folder["weights-9"]);
        Assert.Equal("weights", Assert.Single(reader.Tensors).Name);
    }

    [Fact]
    public void Saves_when_so_much_time_has_passed_since_the_last_save()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        // Each look at the clock takes a second: one a step, and one more at each save.
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 10, Observers = [new CheckpointObserver(TimeSpan.FromSeconds(3), new SaveOptions { Folder = _folder.Path }, clock: new SteppingClock())] });
        Assert.Equal([3L, 6, 9], CheckpointFolder.List(_folder.Path).Select(info => info.Iteration));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointObserver(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointObserver(0));
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
