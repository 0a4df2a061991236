namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>How far an attempt got.</summary>
internal enum QueueProgress
{
    None,
    Some,
    Done,
}

/// <summary>Elements that a run wants to put into a queue or to take out, perhaps not all at once.</summary>
/// <param name="count">How many.</param>
/// <param name="step">Goes on as far as it can.</param>
internal sealed class QueueAttempt(long count, Func<QueueAttempt, QueueProgress> step)
{
    public Func<QueueAttempt, QueueProgress> Step => step;

    public long Left { get; set; } = count;

    public List<Tensor[]> Taken { get; } = [];

    public EngineException? Error { get; set; }

    public bool IsDone { get; set; }
}
