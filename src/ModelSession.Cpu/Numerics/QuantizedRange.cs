using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The range of floats that all values of a small whole type stand for, as TensorFlow's eight-bit graphs take it.</summary>
/// <typeparam name="T">byte, sbyte or int.</typeparam>
internal readonly record struct QuantizedRange<T>(float Low, float High)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private static double Lowest => double.CreateTruncating(T.MinValue);

    private static double Steps => double.CreateTruncating(T.MaxValue) - Lowest;

    /// <summary>How much one step stands for.</summary>
    public float Step => (High - Low) / (float)Steps;

    /// <summary>The whole number that stands for a float, even outside of the type.</summary>
    public long Unclamped(float value)
    {
        if (Low == High)
        {
            return (long)Lowest;
        }

        double levels = Steps + 1, scale = levels / ((double)(High - Low) * (levels / Steps));
        return (long)(Away(value * scale) - Away(Low * scale) + Lowest);
    }

    /// <summary>The value that stands for a float, or the nearest.</summary>
    public T Quantize(float value) => T.CreateSaturating(Unclamped(value));

    /// <summary>The float that a value stands for.</summary>
    public float ToFloat(T value)
    {
        if (Low == High)
        {
            return Low;
        }

        double levels = Steps + 1, scale = (double)(High - Low) * (levels / Steps) / levels;
        double rounded = Away(Low / (float)scale) * (float)scale;
        return (float)(rounded + (double.CreateTruncating(value) - Lowest) * scale);
    }

    private static double Away(double value) => Math.Round(value, MidpointRounding.AwayFromZero);
}
