namespace ModelSessions.Cpu.Execution;

/// <summary>A variable of a session: its value lives as long as the session.</summary>
internal abstract class Variable(string name, DType dtype, Shape staticShape)
{
    /// <summary>The name of the operation that first stood for it.</summary>
    public string Name { get; } = name;

    public DType DType { get; } = dtype;

    /// <summary>Its shape as the graph states it.</summary>
    public Shape StaticShape { get; } = staticShape;

    /// <summary>Guards the value against overlapping runs.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The value; without memory while the variable is not initialised.</summary>
    protected Value Current { get; private set; } = new(dtype);

    public bool IsInitialized => Current.Memory is not null;

    /// <summary>The value itself.</summary>
    /// <exception cref="EngineException">The variable is not initialised (FailedPrecondition).</exception>
    public Value Read()
    {
        Value current = Current;
        return current.Memory is not null ? current : throw NotInitialized();
    }

    public abstract EngineException NotInitialized();

    /// <summary>Shows the value itself to a reader while writers wait; false if there is none.</summary>
    public bool Lend(Action<Tensor> read)
    {
        lock (Gate)
        {
            if (IsInitialized)
            {
                read(new Tensor(DType, Current.Shape, Current.Memory!));
            }

            return IsInitialized;
        }
    }

    /// <summary>A copy of the value, or null.</summary>
    public Tensor? Snapshot()
    {
        lock (Gate)
        {
            return IsInitialized ? Current.ToTensor() : null;
        }
    }

    /// <summary>Sets the value to a copy.</summary>
    /// <exception cref="GraphException">It has another dtype or shape.</exception>
    /// <exception cref="OperationCanceledException">The copying was stopped: some of the value is the new one.</exception>
    public void Set(Tensor value, CancellationToken cancel)
    {
        if (value.DType != DType || !StaticShape.IsCompatibleWith(value.Shape))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The variable '{Name}' is {DType.Name()} {StaticShape}; it cannot be set to {value.Describe()}.", Name);
        }

        lock (Gate)
        {
            Renew(value.Shape.Dimensions).Write(value, cancel);
        }
    }

    /// <summary>Makes the variable uninitialised.</summary>
    public void Reset()
    {
        lock (Gate)
        {
            Current = new Value(DType);
        }
    }

    /// <summary>Memory for a whole new value of that shape. What others share of the old value is not touched, save that of
    /// a ref variable of the same number of elements: its readers are aliases.</summary>
    public Value Renew(ReadOnlySpan<long> dimensions)
    {
        if (Current.Memory is not null && Current.Dimensions.SequenceEqual(dimensions) && CanWriteInPlace())
        {
            return Current;
        }

        Value fresh = new(DType);
        fresh.SetShape(dimensions);
        TensorBuffer memory = DType.IsObject()
            ? TensorBuffer.AllocateObjects(fresh.Count)
            : TensorBuffer.Allocate(checked(fresh.LongCount * DType.Size()), zeroed: false);
        fresh.Take(new Lease(memory, arena: null, sizeClass: 0), dimensions);
        // The old value stays whole for runs that are reading it.
        Current = fresh;
        return fresh;
    }

    protected abstract bool CanWriteInPlace();
}

/// <summary>A TF1 variable. A read is an alias of its memory, not a copy: it sees later writes.</summary>
internal sealed class RefVariable(string name, DType dtype, Shape staticShape) : Variable(name, dtype, staticShape)
{
    public override EngineException NotInitialized() => new(
        StatusCode.FailedPrecondition,
        $"Attempting to use uninitialized value {Name}. Run the graph's initializer, or restore a checkpoint, before.");

    protected override bool CanWriteInPlace() => true;
}

/// <summary>A resource variable. A read is a snapshot: it shares the memory until the next write, which then copies.</summary>
internal sealed class ResourceVariable(string name, DType dtype, Shape staticShape) : Variable(name, dtype, staticShape)
{
    public override EngineException NotInitialized() => new(
        StatusCode.FailedPrecondition,
        $"Could not find variable {Name}: it is not initialized. Run the graph's initializer, or restore a checkpoint, before.");

    /// <summary>The value, for ops that look the resource up.</summary>
    /// <exception cref="EngineException">The variable is not initialised: other than for a read, there is no resource (NotFound, as in TensorFlow).</exception>
    public Value LookUp() => IsInitialized ? Current : throw Missing();

    /// <summary>The value, to be changed in place: a copy if a snapshot shares it.</summary>
    /// <exception cref="EngineException">The variable is not initialised (NotFound).</exception>
    public Value ForUpdate()
    {
        Value current = LookUp();
        if (CanWriteInPlace())
        {
            return current;
        }

        Value fresh = Renew(current.Dimensions);
        fresh.Write(current);
        return fresh;
    }

    /// <summary>What an op says that needs the resource to be there.</summary>
    public EngineException Missing() => new(StatusCode.NotFound, $"Could not find resource: {Name}. Its variable is not initialized.");

    protected override bool CanWriteInPlace() => !Current.IsShared;
}
