using ModelSessions.Cpu.Kernels;

namespace ModelSessions.Cpu.Execution;

/// <content>Numbers of narrow types, with which kernels calculate as wider ones.</content>
internal sealed partial class KernelContext
{
    private Value?[]? _wideInputs;
    private Value?[]? _wideOutputs;
    private DType _narrow;

    /// <summary>A value to be changed in place, as the wide type if its own is a narrow one; <see cref="Commit"/> rounds it back.</summary>
    public Value Widen(Value value)
    {
        if (value.DType is not (DType.Float16 or DType.BFloat16 or DType.Complex64))
        {
            return value;
        }

        Value wide = Temporary(NarrowFloats.Wide(value.DType), value.Dimensions);
        NarrowFloats.Widen(value, wide);
        return wide;
    }

    /// <summary>Puts a changed value where it came from.</summary>
    public static void Commit(Value changed, Value target)
    {
        if (changed != target)
        {
            NarrowFloats.Round(changed, target);
        }
    }

    /// <summary>Shows inputs of a narrow type as of its wide one, and takes outputs so, until <see cref="EndWide"/>.</summary>
    public void BeginWide(DType narrow)
    {
        Value?[] inputs = new Value?[InputCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            Value value = Input(i);
            if (value.DType == narrow)
            {
                inputs[i] = Temporary(NarrowFloats.Wide(narrow), value.Dimensions);
                NarrowFloats.Widen(value, inputs[i]!);
            }
        }

        (_wideInputs, _wideOutputs, _narrow) = (inputs, new Value?[OutputCount], narrow);
    }

    public void EndWide()
    {
        Value?[] outputs = _wideOutputs!;
        (_wideInputs, _wideOutputs) = (null, null);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } wide)
            {
                NarrowFloats.Round(wide, Allocate(i, wide.Dimensions));
            }
        }
    }

    /// <summary>A value for the time of this node, with arbitrary content.</summary>
    public Value Temporary(DType dtype, ReadOnlySpan<long> dimensions)
    {
        Value value = new(dtype);
        value.SetShape(dimensions);
        Lease lease = Arena.Rent(value.LongCount * dtype.Size());
        // The list of scratch memory alone holds the lease: the value is never cleared.
        _scratch.Add(lease);
        value.Take(lease, dimensions);
        return value;
    }
}
