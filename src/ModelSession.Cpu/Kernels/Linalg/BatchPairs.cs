using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Which matrices of two batches belong together, where the batches are stretched to one shape.</summary>
internal readonly struct BatchPairs
{
    private readonly long[] _xSteps;
    private readonly long[] _ySteps;

    /// <exception cref="EngineException">The batches do not fit.</exception>
    public BatchPairs(Value x, Value y)
    {
        Shape = new long[System.Math.Max(x.Rank, y.Rank) - 2];
        if (!BroadcastLoop.TryMerge(x.Dimensions[..^2], y.Dimensions[..^2], Shape))
        {
            throw Failure.Invalid($"In[0] and In[1] must have compatible batch dimensions: {x.Shape} and {y.Shape}");
        }

        (_xSteps, _ySteps) = (Steps(x.Dimensions[..^2], Shape.Length), Steps(y.Dimensions[..^2], Shape.Length));
    }

    /// <summary>The batches' common shape.</summary>
    public long[] Shape { get; }

    public int Count => (int)new Shape(Shape).ElementCount;

    /// <summary>The matrices of both batches for one of the result.</summary>
    public (int X, int Y) At(int index)
    {
        long x = 0, y = 0, rest = index;
        for (int axis = Shape.Length - 1; axis >= 0; axis--)
        {
            (rest, long at) = System.Math.DivRem(rest, Shape[axis]);
            x += at * _xSteps[axis];
            y += at * _ySteps[axis];
        }

        return ((int)x, (int)y);
    }

    private static long[] Steps(ReadOnlySpan<long> sizes, int rank)
    {
        long[] steps = new long[rank];
        long step = 1;
        for (int i = 1; i <= sizes.Length; i++)
        {
            steps[rank - i] = sizes[^i] == 1 ? 0 : step;
            step *= sizes[^i];
        }

        return steps;
    }
}
