namespace ModelSessions.Training;

/// <content>What is saved, and what is told when the training ends.</content>
internal sealed partial class TrainingLoop
{
    /// <summary>Saves a checkpoint of finite numbers.</summary>
    public CheckpointInfo? Save(SaveOptions? options, Saver? saver)
    {
        saver ??= _session.Saver;
        if (!_options.AllowNonFinite && NonFinite.Find(_session, saver) is { } found)
        {
            _nonFinite ??= found;
            Stop(StopReason.NaN, $"{found} No checkpoint of it is saved.");
            return null;
        }

        SaveFronts();
        CheckpointInfo saved = saver.Save(options);
        _saved = (saved, saver, _told);
        return saved;
    }

    // First, so that this session never is ahead of what it stands on.
    private void SaveFronts()
    {
        for (ModelSession? front = _session.Front; front is not null; front = front.Front)
        {
            if (front is { Directory: not null, HasChanged: true })
            {
                front.Save();
            }
        }
    }

    // The last step's update is followed by no loss that would tell.
    private void CheckVariables()
    {
        if (!_options.AllowNonFinite && _progress.Steps > 0 && _stop?.Reason != StopReason.NaN && NonFinite.Find(_session, _session.Saver) is { } found)
        {
            _nonFinite = found;
            _stop = (StopReason.NaN, $"{found} The last step has made it so; go on from the last checkpoint.");
        }
    }

    // So that what is saved from now on tells why it ended; null where an error ends it.
    private void TellEnd(StopReason? reason)
    {
        _told = reason;
        _session.History.Ending(reason);
    }

    private void SaveAtEnd()
    {
        if (_options.SaveOnStop is { } save && !_session.IsTorn && !_session.IsDisposed && _stop?.Reason != StopReason.NaN && (_session.HasChanged || _session.Checkpoint is null || LacksEnd))
        {
            Save(save, null);
        }
    }

    // The clock, or the caller, ended it after the last step had been saved: it is saved once more, over the same, as safe as any. So is what
    // was only saved as the best: that is no place to go on from.
    private bool LacksEnd => _saved is { } last && last.Checkpoint == _session.Checkpoint && (last.Tells != _told || last.By != _session.Saver);

    private StopReason Reason => _stop?.Reason ?? (_source.IsExhausted ? StopReason.EndOfData : StopReason.Completed);

    private TrainingResult Result()
    {
        TrainingResult result = new(
            Reason, _session.Iteration is null ? null : _progress.FirstIteration, _session.Iteration, _progress.Steps, _progress.Examples, _progress.Loss, _progress.Elapsed)
        {
            Explanation = _stop?.Explanation,
            NonFinite = _nonFinite,
        };
        _session.LastRun = result;
        foreach (TrainingObserver observer in _observers)
        {
            observer.Ended(_progress, result);
        }

        return result;
    }
}
