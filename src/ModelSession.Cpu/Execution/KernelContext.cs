using ModelSessions.Cpu.Kernels;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Random;
using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>What a kernel sees of a run: the inputs and outputs of its node, memory, the session.</summary>
internal sealed partial class KernelContext(CpuSession session, Value[] slots)
{
    private readonly List<Lease> _scratch = [];
    private Step _step = Step.None;
    private Value? _counter;

    public CpuSession Session { get; } = session;

    /// <summary>Where memory comes from; lent for a run.</summary>
    public required Arena Arena { get; set; }

    public WorkerPool Workers { get; } = session.Workers;

    /// <summary>Scratch memory of the numerics.</summary>
    public Workspace Workspace => Arena.Workspace;

    public GraphOperation Node => _step.Node;

    public int InputCount => _step.Inputs.Length;

    public int OutputCount => _step.OutputCount;

    public CancellationToken Cancel { get; set; }

    /// <summary>Is told of each node that ran; null for nobody.</summary>
    public RunTrace? Trace { get; set; }

    /// <summary>May end the run; null for nobody.</summary>
    public RunGuard? Guard
    {
        get;
        set => (field, IsEnded) = (value, false);
    }

    /// <summary>Whether the guard has ended the run.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What nodes have made for the time of the run.</summary>
    public RunResources Resources { get; private set; } = new();

    /// <summary>How many calls of functions lead here.</summary>
    public int Depth { get; private set; }

    /// <summary>A scalar int32 for loops that count.</summary>
    public Value Counter => _counter ??= NewCounter();

    /// <summary>The random numbers that the node's execution was given, for kernels in two layers.</summary>
    public Philox Stream { get; set; }

    /// <summary>Makes ready for a call from a node of another context.</summary>
    public void BeginCall(KernelContext caller)
    {
        Arena = caller.Arena;
        Cancel = caller.Cancel;
        Trace = caller.Trace;
        Guard = caller.Guard;
        Depth = caller.Depth + 1;
        Resources = caller.Resources;
    }

    /// <summary>From here on the run is not cancelled.</summary>
    public CancellationToken GoThrough()
    {
        Interruption.Ignore();
        return Cancel = CancellationToken.None;
    }

    /// <summary>Turns to a step.</summary>
    public void Begin(Step step) => _step = step;

    /// <summary>The size of what a step has given, objects apart.</summary>
    public long OutputBytes(Step step)
    {
        long bytes = 0;
        foreach (Value output in slots.AsSpan(step.FirstOutput, step.OutputCount))
        {
            bytes += output.Memory is { HoldsObjects: false } ? output.LongCount * output.DType.Size() : 0;
        }

        return bytes;
    }

    /// <summary>Has the guard look at what a step has given.</summary>
    /// <exception cref="OperationCanceledException">It ends the run.</exception>
    public void Check(Step step, RunGuard guard)
    {
        if (!guard.Wants(step.Node))
        {
            return;
        }

        for (int i = 0; i < Math.Min(step.OutputCount, step.Node.Outputs.Count); i++)
        {
            Value output = slots[step.FirstOutput + i];
            Value? value = output.Reference is not { } reference ? output : reference.IsInitialized ? reference.Read() : null;
            if (value?.Memory is { HoldsObjects: false } memory && guard.Ends(step.Node.Outputs[i], new Tensor(value.DType, value.Shape, memory)))
            {
                IsEnded = true;
                throw new OperationCanceledException($"The run was ended at '{step.Node.Name}'.");
            }
        }
    }

    /// <summary>Lets go of what the step no longer needs.</summary>
    public void End(Step step)
    {
        foreach (int slot in step.Dying)
        {
            slots[slot].Clear();
        }

        if (_scratch.Count > 0)
        {
            ReleaseScratch();
        }
    }

    /// <summary>Lets go of everything, after a run or a failure.</summary>
    public void Reset()
    {
        ReleaseScratch();
        (_wideInputs, _wideOutputs) = (null, null);
        _step = Step.None;
    }

    /// <summary>The value of an input; of a ref input, the variable's.</summary>
    /// <exception cref="EngineException">It is a variable that is not initialised.</exception>
    public Value Input(int index)
    {
        if (_wideInputs?[index] is { } wide)
        {
            return wide;
        }

        Value value = slots[_step.Inputs[index]];
        return value.Reference is null ? value : value.Reference.Read();
    }

    /// <summary>The variable that a ref input stands for.</summary>
    public RefVariable Reference(int index) => slots[_step.Inputs[index]].Reference
        ?? throw new EngineException(StatusCode.Internal, $"Input {index} is no reference to a variable.");

    /// <summary>Passes a reference on: ops that write a variable give it as their output.</summary>
    public void ForwardReference(int input, int output) => slots[_step.FirstOutput + output].Reference = Reference(input);

    /// <summary>An output's slot.</summary>
    public Value Output(int index) => slots[_step.FirstOutput + index];

    /// <summary>Memory for an output, with arbitrary content.</summary>
    public Value Allocate(int output, ReadOnlySpan<long> dimensions)
    {
        Value value = Output(output);
        if (_wideOutputs is not null && value.DType == _narrow)
        {
            return _wideOutputs[output] = Temporary(NarrowFloats.Wide(_narrow), dimensions);
        }

        Fill(value, dimensions);
        return value;
    }

    /// <summary>Memory for an output of an input's shape: the input's own if this node is its last user, for kernels that may
    /// work in place.</summary>
    public Value Forward(int output, int input)
    {
        Value source = Input(input);
        return TryForward(output, input, source.Dimensions) ?? Allocate(output, source.Dimensions);
    }

    /// <summary>Memory for an output that starts with an input's elements: the input's own if this node is its last user.</summary>
    public Value Copy(int output, int input)
    {
        Value source = Input(input), target = Forward(output, input);
        if (target.Memory != source.Memory)
        {
            target.Write(source);
        }

        return target;
    }

    /// <summary>The memory of the first input that has the shape and dies here, or new memory.</summary>
    public Value Forward(int output, int input, int otherInput, ReadOnlySpan<long> dimensions) =>
        TryForward(output, input, dimensions) ?? TryForward(output, otherInput, dimensions) ?? Allocate(output, dimensions);

    /// <summary>The same elements under another shape, not copied.</summary>
    public void Share(int output, int input, ReadOnlySpan<long> dimensions) => Output(output).ShareFrom(Input(input), dimensions);

    /// <summary>The same value, not copied.</summary>
    public void Share(int output, int input)
    {
        Value source = Input(input);
        Output(output).ShareFrom(source, source.Dimensions);
    }

    /// <summary>Memory for the time of this node, with arbitrary content.</summary>
    public Span<T> Scratch<T>(int count)
        where T : unmanaged => ScratchMemory((long)count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()).Span<T>(count);

    /// <summary>Memory for the time of this node, for kernels that hand it to other threads.</summary>
    public TensorBuffer ScratchMemory(long bytes)
    {
        Lease lease = Arena.Rent(bytes);
        _scratch.Add(lease);
        return lease.Memory;
    }

    private Value? TryForward(int output, int input, ReadOnlySpan<long> dimensions)
    {
        Value target = Output(output);
        Value source = slots[_step.Inputs[input]];
        if (_wideOutputs is not null || !_step.MayOverwrite(input) || !source.IsExclusive || source.Reference is not null
            || source.DType.Size() != target.DType.Size() || source.DType.IsObject() != target.DType.IsObject()
            || !source.Dimensions.SequenceEqual(dimensions))
        {
            return null;
        }

        target.ShareFrom(source, dimensions);
        return target;
    }

    /// <summary>Memory of the run for a value, with arbitrary content.</summary>
    public void Fill(Value value, ReadOnlySpan<long> dimensions)
    {
        value.SetShape(dimensions);
        if (value.DType.IsObject())
        {
            value.Take(Arena.RentObjects(value.Count), dimensions);
            return;
        }

        int size = value.DType.Size();
        value.Take(Arena.Rent(value.LongCount > long.MaxValue / size ? throw TooLarge(value) : value.LongCount * size), dimensions);
    }

    private void ReleaseScratch()
    {
        foreach (Lease lease in _scratch)
        {
            lease.Release();
        }

        _scratch.Clear();
    }

    private static Value NewCounter()
    {
        Value counter = new(DType.Int32);
        counter.Take(new Lease(TensorBuffer.Allocate(sizeof(int), zeroed: true), arena: null, sizeClass: 0), []);
        return counter;
    }

    private static EngineException TooLarge(Value value) =>
        new(StatusCode.ResourceExhausted, $"A tensor {value.DType.Name()} {value.Shape} is larger than any memory.");
}
