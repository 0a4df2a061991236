using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>A prepared run: kernel calls in a fixed order. One thread calls them; only kernels use others.</summary>
internal sealed class CpuPlan(CpuSession session, RunSignature signature, Routine routine, GraphTensor[] feeds) : IRunPlan
{
    private long _runs;

    public RunSignature Signature => signature;

    /// <inheritdoc/>
    public long Runs => Volatile.Read(ref _runs);

    /// <inheritdoc/>
    public string Describe() => PlanText.Of(signature, routine);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<Tensor> feedValues, Span<Tensor> fetches, CancellationToken cancel, RunTrace? trace = null, RunGuard? guard = null)
    {
        ObjectDisposedException.ThrowIf(session.IsDisposed, session);
        CheckFeeds(feedValues);
        if (fetches.Length != signature.Fetches.Count)
        {
            throw new ArgumentException($"The plan fetches {signature.Fetches.Count} tensors; there is room for {fetches.Length}.", nameof(fetches));
        }

        Interlocked.Increment(ref _runs);
        RunState state = routine.Take();
        Arena arena = session.TakeArena();
        using Interruption.Scope run = Interruption.By(cancel);
        try
        {
            state.Context.Arena = arena;
            state.Context.Cancel = cancel;
            state.Context.Trace = trace;
            state.Context.Guard = guard;
            arena.BeginRun();
            if (guard is not null || signature.WritesLast)
            {
                session.Generators.Mark();
            }

            for (int i = 0; i < feeds.Length; i++)
            {
                routine.Feed(state, i).Borrow(feedValues[i]);
            }

            routine.Run(state);
            for (int i = 0; i < fetches.Length; i++)
            {
                fetches[i] = Fetch(state, i);
            }
        }
        catch (OperationCanceledException e) when (state.Context.IsEnded || (signature.WritesLast && e is WaitCancelledException))
        {
            session.Generators.Rewind();
            throw;
        }
        finally
        {
            state.Context.Resources.Release();
            routine.GiveBack(state);
            session.GiveBack(arena);
        }
    }

    private Tensor Fetch(RunState state, int index)
    {
        Value value = routine.Fetch(state, index);
        value = value.Reference?.Read() ?? value;
        return value.Memory is not null
            ? value.ToTensor()
            : throw new EngineException(
                StatusCode.InvalidArgument,
                $"The tensor '{signature.Fetches[index]}' does not have a value: it is on a branch that this run did not take.");
    }

    private void CheckFeeds(ReadOnlySpan<Tensor> values)
    {
        if (values.Length != feeds.Length)
        {
            throw new ArgumentException($"The plan is fed {feeds.Length} tensors; {values.Length} are given.", nameof(values));
        }

        for (int i = 0; i < values.Length; i++)
        {
            GraphTensor feed = feeds[i];
            Tensor value = values[i] ?? throw new ArgumentNullException(nameof(values), $"The value for '{feed.Name}' is null.");
            // As in TensorFlow's runtime, the shape is the kernels' business; sessions check it against the placeholder.
            if (value.DType != feed.DType)
            {
                throw new EngineException(
                    StatusCode.InvalidArgument,
                    $"'{feed.Name}' is {feed.DType.Name()}; it cannot be fed a tensor {value.Describe()}.",
                    feed.Operation.Name);
            }
        }
    }
}
