using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>A prepared run: kernel calls in a fixed order. One thread calls them; only kernels use others.</summary>
internal sealed class CpuPlan(
    CpuSession session,
    RunSignature signature,
    Step[] steps,
    DType[] slotTypes,
    (int Slot, Tensor Value)[] constants,
    GraphTensor[] feeds,
    int[] feedSlots,
    int[] fetchSlots) : IRunPlan
{
    private readonly Stack<RunState> _idle = new();
    private readonly Lock _gate = new();

    public RunSignature Signature => signature;

    public ReadOnlySpan<DType> SlotTypes => slotTypes;

    public IReadOnlyList<(int Slot, Tensor Value)> Constants => constants;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<Tensor> feedValues, Span<Tensor> fetches, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(session.IsDisposed, session);
        CheckFeeds(feedValues);
        if (fetches.Length != fetchSlots.Length)
        {
            throw new ArgumentException($"The plan fetches {fetchSlots.Length} tensors; there is room for {fetches.Length}.", nameof(fetches));
        }

        RunState state = TakeState();
        Arena arena = session.TakeArena();
        try
        {
            state.Context.Arena = arena;
            arena.BeginRun();
            for (int i = 0; i < feedSlots.Length; i++)
            {
                state.Slots[feedSlots[i]].Borrow(feedValues[i]);
            }

            Execute(state, cancel);
            for (int i = 0; i < fetchSlots.Length; i++)
            {
                fetches[i] = Fetch(state, i);
            }
        }
        finally
        {
            CleanUp(state);
            session.GiveBack(arena);
            lock (_gate)
            {
                _idle.Push(state);
            }
        }
    }

    // One for each run that overlaps with others.
    private RunState TakeState()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out RunState? idle))
            {
                return idle;
            }
        }

        return new RunState(session, this);
    }

    private void Execute(RunState state, CancellationToken cancel)
    {
        KernelContext context = state.Context;
        context.Cancel = cancel;
        int at = 0;
        try
        {
            for (; at < steps.Length; at++)
            {
                cancel.ThrowIfCancellationRequested();
                Step step = steps[at];
                context.Begin(step);
                step.Kernel(context);
                context.End();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException and not ModelFileException)
        {
            throw Failure.At(steps[at].Node, e);
        }
    }

    private Tensor Fetch(RunState state, int index)
    {
        Value value = state.Slots[fetchSlots[index]];
        value = value.Reference?.Read() ?? value;
        return value.Memory is not null
            ? value.ToTensor()
            : throw new EngineException(StatusCode.InvalidArgument, $"The tensor '{signature.Fetches[index]}' does not have a value.");
    }

    private void CleanUp(RunState state)
    {
        state.Context.Reset();
        foreach (Step step in steps)
        {
            for (int i = 0; i < step.OutputCount; i++)
            {
                state.Slots[step.FirstOutput + i].Clear();
            }
        }

        foreach (int slot in feedSlots)
        {
            state.Slots[slot].Clear();
        }
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
                    $"'{feed.Name}' is {feed.DType.Name()}; it cannot be fed a tensor {value}.",
                    feed.Operation.Name);
            }
        }
    }
}
