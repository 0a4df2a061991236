namespace ModelSessions.Training;

/// <summary>Steps and examples in a second, over the last five to ten seconds: a first step that takes long is soon forgotten.</summary>
internal sealed class Throughput
{
    private const double Seconds = 5;

    private readonly TimeProvider _clock;
    private readonly long _started;
    private (long Time, long Steps, long Examples) _before;
    private (long Time, long Steps, long Examples) _last;

    public Throughput(TimeProvider clock)
    {
        _clock = clock;
        _started = clock.GetTimestamp();
        _before = _last = (_started, 0, 0);
    }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_started);

    /// <summary>Notes what is done.</summary>
    public void Count(long steps, long examples)
    {
        long now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_last.Time, now).TotalSeconds >= Seconds)
        {
            (_before, _last) = (_last, (now, steps, examples));
        }
    }

    public double StepsPerSecond(long steps) => Rate(steps - _before.Steps);

    public double ExamplesPerSecond(long examples) => Rate(examples - _before.Examples);

    private double Rate(long count) => _clock.GetElapsedTime(_before.Time).TotalSeconds is > 0 and var seconds ? count / seconds : 0;
}
