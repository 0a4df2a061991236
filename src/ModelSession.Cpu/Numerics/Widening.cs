using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>16-bit floats to 32 bits and back: TensorFlow sums their products as floats and rounds once at the end.</summary>
internal static class Widening
{
    /// <summary>Whether products of this type are summed as floats.</summary>
    public static bool Concerns<T>() => typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    /// <summary>Widens; exact.</summary>
    public static void ToSingle<T>(ReadOnlySpan<T> from, Span<float> to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<T, Half>(from), to);
            return;
        }

        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<T, ushort>(from);
        Span<uint> wide = MemoryMarshal.Cast<float, uint>(to)[..bits.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            wide[i] = (uint)bits[i] << 16;
        }
    }

    /// <summary>Rounds to nearest, ties to even.</summary>
    public static void FromSingle<T>(ReadOnlySpan<float> from, Span<T> to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToHalf(from, MemoryMarshal.Cast<T, Half>(to));
            return;
        }

        Span<BFloat16> narrow = MemoryMarshal.Cast<T, BFloat16>(to);
        for (int i = 0; i < from.Length; i++)
        {
            narrow[i] = (BFloat16)from[i];
        }
    }
}

/// <summary>Two 16-bit operands of a product widened, and room for the result.</summary>
internal readonly ref struct WidenedOperands<T>
    where T : unmanaged
{
    private readonly Workspace.Lease _lease;

    public WidenedOperands(Workspace workspace, ReadOnlySpan<T> first, ReadOnlySpan<T> second, int resultLength, ReadOnlySpan<T> bias = default)
    {
        _lease = workspace.Rent(((long)first.Length + second.Length + resultLength + bias.Length) * sizeof(float));
        First = _lease.Span<float>(0, first.Length);
        Second = _lease.Span<float>(first.Length, second.Length);
        Result = _lease.Span<float>((long)first.Length + second.Length, resultLength);
        Bias = _lease.Span<float>((long)first.Length + second.Length + resultLength, bias.Length);
        Widening.ToSingle(first, First);
        Widening.ToSingle(second, Second);
        Widening.ToSingle(bias, Bias);
    }

    public Span<float> First { get; }

    public Span<float> Second { get; }

    public Span<float> Bias { get; }

    public Span<float> Result { get; }

    public void Dispose() => _lease.Dispose();
}
