using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>Sound as a WAV file of 16-bit samples.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Rate">Samples of a channel in a second.</param>
/// <param name="Samples">From −1 to 1, the channels of one moment side by side.</param>
internal sealed record WaveFile(int Channels, uint Rate, float[] Samples)
{
    private const int HeaderSize = 44, SampleSize = 2;

    // Chunks that may stand before the format.
    private static readonly string[] s_leading = ["JUNK", "bext", "iXML", "qlty", "mext", "levl", "link", "axml"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFileException">It is damaged, or not of 16-bit samples (InvalidArgument).</exception>
    public static WaveFile Parse(ReadOnlySpan<byte> file)
    {
        int at = 0;
        Expect(Text(file, ref at), "RIFF");
        Take(file, ref at, 4);
        Expect(Text(file, ref at), "WAVE");
        string chunk = Text(file, ref at);
        for (; chunk != "fmt "; chunk = Text(file, ref at))
        {
            if (!s_leading.Contains(chunk))
            {
                throw Fault($"Unexpected field {chunk}", at);
            }

            Take(file, ref at, Number(file, ref at));
        }

        (int channels, uint rate) = ReadFormat(file, ref at);
        float[]? samples = null;
        while (at < file.Length)
        {
            chunk = Text(file, ref at);
            long size = Number(file, ref at);
            if (chunk != "data")
            {
                // A chunk that goes on behind the end just ends the file.
                at = (int)Math.Min(at + size, file.Length);
                continue;
            }

            if (samples is not null)
            {
                throw Fault("More than one data chunk found in WAV", at);
            }

            samples = ReadSamples(Take(file, ref at, size / (SampleSize * channels) * (SampleSize * channels)));
        }

        return new WaveFile(channels, rate, samples ?? throw Fault("No data chunk found in WAV", at));
    }

    /// <summary>Writes samples from −1 to 1; what is louder is cut off.</summary>
    public static byte[] Encode(ReadOnlySpan<float> samples, int rate, int channels)
    {
        byte[] file = new byte[HeaderSize + samples.Length * SampleSize];
        Span<byte> bytes = file;
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[22..], (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], rate * channels * SampleSize);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[32..], (short)(channels * SampleSize));
        BinaryPrimitives.WriteInt16LittleEndian(bytes[34..], 8 * SampleSize);
        "data"u8.CopyTo(bytes[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], samples.Length * SampleSize);
        for (int i = 0; i < samples.Length; i++)
        {
            float value = Math.Clamp(MathF.Round(samples[i] * (1 << 15), MidpointRounding.AwayFromZero), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(HeaderSize + i * SampleSize)..], (short)value);
        }

        return file;
    }

    private static (int Channels, uint Rate) ReadFormat(ReadOnlySpan<byte> file, ref int at)
    {
        long size = Number(file, ref at);
        if (size is not (16 or 18))
        {
            throw Fault($"Bad format chunk size for WAV: Expected 16 or 18, but got {size}", at);
        }

        ReadOnlySpan<byte> format = Take(file, ref at, 16);
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(format), channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]), perSecond = BinaryPrimitives.ReadUInt32LittleEndian(format[8..]);
        int perMoment = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (kind != 1 || channels < 1 || bits != 8 * SampleSize)
        {
            throw Fault($"Can only read 16-bit PCM WAV files, but received format {kind} with {channels} channels of {bits} bits", at);
        }

        if (perMoment != channels * SampleSize || perSecond != (uint)perMoment * rate)
        {
            throw Fault($"Bad bytes per sample or per second in WAV header: {perMoment} and {perSecond} for {channels} channels at {rate} Hz", at);
        }

        if (size == 18)
        {
            at = Math.Min(at + 2, file.Length);
        }

        return (channels, rate);
    }

    private static float[] ReadSamples(ReadOnlySpan<byte> data)
    {
        float[] samples = new float[data.Length / SampleSize];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(i * SampleSize)..]) * (1f / (1 << 15));
        }

        return samples;
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> file, ref int at, long count)
    {
        if (count > file.Length - at)
        {
            throw Fault("Data too short when trying to read string", at);
        }

        at += (int)count;
        return file.Slice(at - (int)count, (int)count);
    }

    private static string Text(ReadOnlySpan<byte> file, ref int at) => System.Text.Encoding.Latin1.GetString(Take(file, ref at, 4));

    private static long Number(ReadOnlySpan<byte> file, ref int at) => BinaryPrimitives.ReadUInt32LittleEndian(Take(file, ref at, 4));

    private static void Expect(string found, string expected)
    {
        if (found != expected)
        {
            throw Fault($"Header mismatch: Expected {expected} but found {found}", 0);
        }
    }

    private static ModelFileException Fault(string what, long offset) => new(StatusCode.InvalidArgument, null, $"Invalid WAV data: {what}", offset);
}
