using System.Buffers.Binary;

namespace ModelSessions.Cpu.Kernels.Logging;

/// <summary>Sound as a WAV file of 16-bit samples.</summary>
internal static class WaveFile
{
    public static byte[] Encode(ReadOnlySpan<float> samples, int rate, int channels)
    {
        const int header = 44, size = 2;
        byte[] file = new byte[header + samples.Length * size];
        Span<byte> bytes = file;
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[22..], (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], rate * channels * size);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[32..], (short)(channels * size));
        BinaryPrimitives.WriteInt16LittleEndian(bytes[34..], 8 * size);
        "data"u8.CopyTo(bytes[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], samples.Length * size);
        for (int i = 0; i < samples.Length; i++)
        {
            float value = System.Math.Clamp(MathF.Round(samples[i] * (1 << 15), MidpointRounding.AwayFromZero), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(header + i * size)..], (short)value);
        }

        return file;
    }
}
