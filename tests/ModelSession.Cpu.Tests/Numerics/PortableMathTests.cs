using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Tests.Numerics;

public sealed class PortableMathTests
{
    // The errors that the C library states for these functions, in units of the last place.
    private const double LogError = 0.82, SineError = 0.56;

    [Fact]
    public void Logarithms_are_right_to_the_last_place()
    {
        for (uint k = 0; k < 1 << 23; k += 1237)
        {
            float x = MathF.Max(BitConverter.UInt32BitsToSingle(k | 0x3F800000) - 1, 1e-7f);
            AssertNear(Math.Log(x), PortableMath.Log(x), x, LogError);
        }
    }

    [Fact]
    public void Sines_and_cosines_are_right_to_the_last_place()
    {
        for (uint k = 0; k < 1 << 23; k += 1237)
        {
            float angle = (float)(2 * Math.PI * (BitConverter.UInt32BitsToSingle(k | 0x3F800000) - 1));
            (float sine, float cosine) = PortableMath.SinCos(angle);
            AssertNear(Math.Sin(angle), sine, angle, SineError);
            AssertNear(Math.Cos(angle), cosine, angle, SineError);
        }
    }

    [Fact]
    public void The_logarithm_of_one_is_zero() => Assert.Equal(0f, PortableMath.Log(1));

    private static void AssertNear(double exact, float found, float x, double allowed)
    {
        double unit = Math.Abs((double)MathF.BitIncrement(found) - found);
        Assert.True(Math.Abs(exact - found) <= allowed * unit, $"f({x:R}): {found:R} is {Math.Abs(exact - found) / unit:f2} units from {exact:R}");
    }
}
