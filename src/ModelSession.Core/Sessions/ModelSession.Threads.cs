namespace ModelSessions;

/// <content>Several threads on one session. Runs overlap. What looks at the session as a whole (an evaluation, a save, a copy, a restore) has it alone
/// for that time, and so has each step of a training: between two steps others have their turn.</content>
public sealed partial class ModelSession
{
    private readonly SessionGate _gate;
    private int _trainer;

    /// <summary>Whether a training is under way.</summary>
    public bool IsTraining => Volatile.Read(ref _trainer) != 0;

    /// <summary>Has the session alone until it is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The session is closed, or was while this waited.</exception>
    internal Turn Alone(CancellationToken cancel = default) => Enter(alone: true, cancel);

    /// <summary>Uses the session beside other runs until it is disposed of.</summary>
    /// <inheritdoc cref="Alone"/>
    internal Turn Beside(CancellationToken cancel = default) => Enter(alone: false, cancel);

    /// <summary>Has the session, and those in front of it, for a training until it is disposed of.</summary>
    /// <exception cref="SessionBusyException">Another training is under way.</exception>
    internal TrainingTurn BeginTraining()
    {
        ThrowIfDisposed();
        List<ModelSession> taken = [];
        for (ModelSession? session = this; session is not null; session = session.Front)
        {
            if (Interlocked.CompareExchange(ref session._trainer, Environment.CurrentManagedThreadId, 0) != 0)
            {
                taken.ForEach(EndTraining);
                throw new SessionBusyException($"'{session}' is being trained already, and one training at a time is all that a session can take. Wait for the other one to end, or train a copy (Copy-ModelSession).");
            }

            taken.Add(session);
        }

        return new TrainingTurn(taken);
    }

    // What gives the session other values would pull the ground from under another thread's training.
    private void CheckNotTrainedElsewhere(string what)
    {
        if (Volatile.Read(ref _trainer) is not 0 and var trainer && trainer != Environment.CurrentManagedThreadId)
        {
            throw new SessionBusyException($"'{this}' is being trained by another thread, so it cannot be {what}. Wait for the training to end, or work on a copy (Copy-ModelSession).");
        }
    }

    private Turn Enter(bool alone, CancellationToken cancel)
    {
        if (!_gate.TryEnter(alone, cancel))
        {
            ThrowIfDisposed();
        }

        return new Turn(_gate);
    }

    private static void EndTraining(ModelSession session) => Volatile.Write(ref session._trainer, 0);

    /// <summary>The time that a thread uses a session.</summary>
    internal readonly struct Turn(SessionGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }

    /// <summary>The time of a training.</summary>
    internal readonly struct TrainingTurn(List<ModelSession> sessions) : IDisposable
    {
        public void Dispose() => sessions.ForEach(EndTraining);
    }
}
