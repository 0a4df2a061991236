namespace ModelSessions.Cpu.Numerics;

/// <summary>A phase of a sliding product in both dimensions, with its weights packed.</summary>
internal unsafe struct SlidingPhase<T>
    where T : unmanaged
{
    /// <summary>The height.</summary>
    public AxisPhase Rows;

    /// <summary>The width.</summary>
    public AxisPhase Columns;

    /// <summary>Where stretches of the source begin that are multiplied with stretches of the weights; counted from the source
    /// position of a destination element, in the padded image.</summary>
    public nint* Offsets;

    /// <summary>The number of stretches.</summary>
    public int Segments;

    /// <summary>Elements in each stretch.</summary>
    public int Run;

    /// <summary>Strips of the weights, group after group.</summary>
    public T* Weights;

    /// <summary>From one row of a strip to the next.</summary>
    public nint WeightStep;

    /// <summary>From one strip to the next.</summary>
    public nint StripStep;

    /// <summary>From one group to the next.</summary>
    public nint GroupStep;
}
