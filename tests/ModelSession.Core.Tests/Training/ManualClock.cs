using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>A clock that stands still until it is told to go on: as an observer, by a second at each step.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TrainingObserver SecondAtEachStep => new Hand(this);

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);

    public void Advance(TimeSpan time) => _ticks += time.Ticks;

    private sealed class Hand(ManualClock clock) : TrainingObserver
    {
        public override void Stepped(TrainingProgress progress) => clock.Advance(TimeSpan.FromSeconds(1));
    }
}
