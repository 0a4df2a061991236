using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Shows how far some work is, if it takes more than a moment, and a few times a second at most.</summary>
/// <param name="cmdlet">The cmdlet, on whose thread all happens.</param>
/// <param name="activity">What is being done.</param>
/// <param name="above">The bar of the work that this is a part of; null for none.</param>
internal sealed class WorkBar(ModelCmdlet cmdlet, string activity, WorkBar? above = null) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly int _id = above is null ? 0 : above._id + 1;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private TimeSpan _next = Moment;
    private bool _isShown;
    private WorkUnit _unit;
    private TimeSpan _began;

    /// <summary>What takes no longer is not shown; tests wait less.</summary>
    internal static TimeSpan Moment { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>So far it is.</summary>
    public void Report(WorkProgress progress) => Report(progress.Done, progress.Total, progress.Unit);

    /// <summary>So far it is.</summary>
    /// <param name="done">So much is done.</param>
    /// <param name="total">Of so much; null where that is not known.</param>
    /// <param name="unit">Of what.</param>
    /// <param name="now">What is worked on at the moment; empty for nothing to tell.</param>
    public void Report(long done, long? total, WorkUnit unit, string now = "")
    {
        total = total < done ? null : total;
        if (unit != _unit)
        {
            (_unit, _began) = (unit, done > 0 ? _began : _time.Elapsed);
        }

        if (_time.Elapsed < _next || (!_isShown && done >= total))
        {
            return;
        }

        _next = _time.Elapsed + s_pause;
        _isShown = true;
        // How fast it goes, the very beginning does not tell.
        double rate = unit == WorkUnit.Bytes && done < total / 100 ? 0 : done / Math.Max(1e-3, (_time.Elapsed - _began).TotalSeconds);
        string?[] status = [now, done > 0 || total is not null ? Amount(done, total, unit) : null, rate >= 0.05 && unit != WorkUnit.Checkpoints ? Speed(rate, unit) : null];
        Show(new ProgressRecord(_id, activity, string.Join(", ", status.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } text ? text : "begun")
        {
            PercentComplete = total is { } all ? (int)Math.Clamp(100 * (decimal)done / Math.Max(1, all), 0, 100) : -1,
            SecondsRemaining = total is { } whole && rate > 0 ? (int)Math.Min(int.MaxValue, (whole - done) / rate) : -1,
        });
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            _isShown = false;
            Show(new ProgressRecord(_id, activity, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private static string Amount(long done, long? total, WorkUnit unit) => unit == WorkUnit.Bytes
        ? total is { } bytes ? $"{Readable.Size(done)} of {Readable.Size(bytes)}" : Readable.Size(done)
        : total is { } count ? $"{Readable.Count(done)} of {Readable.Count(count)} {Name(unit)}" : $"{Readable.Count(done)} {(done == 1 ? Name(unit)[..^1] : Name(unit))}";

    private static string Speed(double rate, WorkUnit unit) =>
        unit == WorkUnit.Bytes ? $"{Readable.Size((long)rate)}/s" : $"{rate.ToString(rate < 10 ? "0.0" : "n0", CultureInfo.InvariantCulture)} {Name(unit)}/s";

    private static string Name(WorkUnit unit) => unit.ToString().ToLowerInvariant();

    private void Show(ProgressRecord record)
    {
        record.ParentActivityId = _id - 1;
        try
        {
            cmdlet.Show(record);
        }
        catch (PipelineStoppedException)
        {
            // The work ends by its own token, in order.
        }
    }
}
