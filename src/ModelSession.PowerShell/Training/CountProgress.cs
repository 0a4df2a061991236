using System.Diagnostics;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Shows how many examples are done, if it takes more than a moment, and a few times a second at most.</summary>
/// <param name="cmdlet">The cmdlet, on whose thread all happens.</param>
/// <param name="activity">What is being done.</param>
/// <param name="total">How many there are.</param>
internal sealed class CountProgress(ModelCmdlet cmdlet, string activity, long total) : IDisposable
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1), s_pause = TimeSpan.FromMilliseconds(200);

    private readonly int _id = activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private TimeSpan _next = s_moment;

    /// <summary>So many are done.</summary>
    public void Report(long done)
    {
        if (_time.Elapsed < _next || done <= 0)
        {
            return;
        }

        _next = _time.Elapsed + s_pause;
        double rate = done / _time.Elapsed.TotalSeconds;
        cmdlet.Show(new ProgressRecord(_id, activity, $"{Readable.Count(done)} of {Readable.Count(total)}, {Readable.Count((long)rate)} examples/s")
        {
            PercentComplete = (int)Math.Clamp(100 * (decimal)done / total, 0, 100),
            SecondsRemaining = (int)Math.Min(int.MaxValue, (total - done) / rate),
        });
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        if (_next > s_moment)
        {
            cmdlet.Show(new ProgressRecord(_id, activity, "done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
