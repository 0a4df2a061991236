using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>A tensor seen as what stands before, in and after its channels, for operations with one number a channel.</summary>
internal readonly struct ChannelView
{
    private static readonly bool[] s_aroundChannels = [true, false, true];
    private readonly KernelContext _context;
    private readonly long[] _sizes;

    /// <summary>The view of a tensor whose channels stand in a dimension.</summary>
    public ChannelView(KernelContext context, ReadOnlySpan<long> dimensions, int channel)
    {
        _context = context;
        _sizes = [new Shape(dimensions[..channel]).ElementCount, dimensions[channel], new Shape(dimensions[(channel + 1)..]).ElementCount];
    }

    public int Channels => (int)_sizes[1];

    /// <summary>Elements of a channel.</summary>
    public long PerChannel => _sizes[0] * _sizes[2];

    /// <summary>z = f(x, the number of x's channel).</summary>
    public void Each<T>(BinarySpan<T, T> f, ReadOnlySpan<T> x, ReadOnlySpan<T> perChannel, Span<T> z)
    {
        BroadcastLoop loop = new(_sizes, [1, _sizes[1], 1], stackalloc long[9]);
        Elementwise.Broadcast(_context.Workers, f, x, perChannel, z, loop);
    }

    /// <summary>The sum of each channel.</summary>
    public void Sum<T>(ReadOnlySpan<T> x, Span<T> sums)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => Reduction.Run<SumOf<T>, T>(_context, x, _sizes, s_aroundChannels, sums);

    /// <summary>The sum of each channel of x · y.</summary>
    public void SumProduct<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> sums)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Span<T> products = _context.Scratch<T>(x.Length);
        Elementwise.Zip(_context.Workers, TensorPrimitives.Multiply, x, y, products);
        Sum<T>(products, sums);
    }
}
