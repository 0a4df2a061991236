using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Access to byte strings, and kernels that take them one by one.</summary>
internal static class Text
{
    /// <summary>A string of a tensor; an absent one is empty.</summary>
    public static byte[] At(Value value, int index) => (byte[]?)value.Objects[index] ?? [];

    /// <summary>The only string of a tensor.</summary>
    /// <exception cref="EngineException">There is not exactly one.</exception>
    public static byte[] Scalar(Value value, string what) => value.LongCount == 1
        ? At(value, 0)
        : throw Failure.Invalid($"{what} must be a scalar, not of shape {value.Shape}");

    /// <summary>For messages.</summary>
    public static string Show(byte[] text) => Encoding.UTF8.GetString(text.Length > 200 ? text[..200] : text);

    /// <summary>Output = f(string), element by element.</summary>
    public static void Map(KernelContext context, Func<byte[], byte[]> f)
    {
        Value x = context.Input(0);
        Span<object?> y = context.Allocate(0, x.Dimensions).Objects;
        for (int i = 0; i < y.Length; i++)
        {
            Interruption.Check();
            y[i] = f(At(x, i));
        }
    }

    /// <summary>Output = f(string) as a number.</summary>
    public static void Measure<T>(KernelContext context, Func<byte[], T> f)
        where T : unmanaged
    {
        Value x = context.Input(0);
        Span<T> y = context.Allocate(0, x.Dimensions).Span<T>();
        for (int i = 0; i < y.Length; i++)
        {
            Interruption.Check();
            y[i] = f(At(x, i));
        }
    }
}
