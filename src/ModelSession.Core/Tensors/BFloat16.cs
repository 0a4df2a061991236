using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelSessions;

/// <summary>The upper half of a 32-bit float: 8 exponent and 7 mantissa bits.</summary>
/// <param name="Bits">The 16 bits.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>Widens; exact.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Rounds to nearest, ties to even; every NaN becomes a quiet NaN, as in TensorFlow.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return new BFloat16((ushort)((bits >> 31 << 15) | 0x7FC0));
        }

        return new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Widens; exact.</summary>
    public float ToSingle() => this;

    /// <summary>Rounds to nearest, ties to even.</summary>
    public static BFloat16 FromSingle(float value) => (BFloat16)value;

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString(CultureInfo.InvariantCulture);
}
