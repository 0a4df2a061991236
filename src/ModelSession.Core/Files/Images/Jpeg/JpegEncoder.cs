using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>How a JPEG file is written.</summary>
internal sealed record JpegEncoderOptions
{
    /// <summary>1 (small) to 100 (good).</summary>
    public int Quality { get; init; } = 95;

    /// <summary>Whether the image is written from coarse to fine.</summary>
    public bool IsProgressive { get; init; }

    /// <summary>Whether codes are made for this image.</summary>
    public bool IsOptimized { get; init; }

    /// <summary>Whether colours have half the resolution.</summary>
    public bool HalvesColors { get; init; } = true;

    /// <summary>1 dots per inch, 2 per centimetre.</summary>
    public int DensityUnit { get; init; } = 1;

    public int DensityX { get; init; } = 300;

    public int DensityY { get; init; } = 300;

    /// <summary>A packet of metadata; empty for none.</summary>
    public byte[] Xmp { get; init; } = [];
}

/// <summary>Writes JPEG files with libjpeg's bytes.</summary>
internal static class JpegEncoder
{
    private const int MostOfASegment = ushort.MaxValue - 2;

    // Scans of an image in colours, and of a grey one, from coarse to fine.
    private static readonly JpegScanPlan[] s_colorScans =
    [
        new([0, 1, 2], 0, 0, 0, 1), new([0], 1, 5, 0, 2), new([2], 1, 63, 0, 1), new([1], 1, 63, 0, 1), new([0], 6, 63, 0, 2), new([0], 1, 63, 2, 1),
        new([0, 1, 2], 0, 0, 1, 0), new([2], 1, 63, 1, 0), new([1], 1, 63, 1, 0), new([0], 1, 63, 1, 0),
    ];

    private static readonly JpegScanPlan[] s_greyScans =
        [new([0], 0, 0, 0, 1), new([0], 1, 5, 0, 2), new([0], 6, 63, 0, 2), new([0], 1, 63, 2, 1), new([0], 0, 0, 1, 0), new([0], 1, 63, 1, 0)];

    /// <summary>Writes an image.</summary>
    /// <param name="pixels">Rows of grey (1 channel) or red, green and blue (3).</param>
    /// <param name="height">1 to 65,500.</param>
    /// <param name="width">1 to 65,500.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="options">How to write it.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int height, int width, int channels, JpegEncoderOptions options)
    {
        ushort[][] steps = [Steps(JpegTables.Luminance, options.Quality), Steps(JpegTables.Chrominance, options.Quality)];
        JpegComponent[] components = JpegBlocks.Make(pixels, height, width, channels, options.HalvesColors, steps);
        using MemoryStream file = new();
        file.Write([0xFF, 0xD8]);
        WriteJfif(file, options);
        if (options.Xmp.Length > 0)
        {
            WriteSegment(file, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. options.Xmp]);
        }

        for (int i = 0; i < Math.Min(channels, 2); i++)
        {
            WriteSegment(file, 0xDB, [(byte)i, .. Enumerable.Range(0, 64).Select(k => (byte)steps[i][JpegTables.Natural(k)])]);
        }

        WriteFrame(file, height, width, components, options.IsProgressive);
        if (options.IsProgressive)
        {
            foreach (JpegScanPlan plan in channels == 1 ? s_greyScans : s_colorScans)
            {
                WriteScan(file, components, plan, isProgressive: true, codes: null);
            }
        }
        else
        {
            JpegScanPlan whole = new([.. Enumerable.Range(0, channels)], 0, 63, 0, 0);
            WriteScan(file, components, whole, isProgressive: false, options.IsOptimized ? null : StandardCodes(channels));
        }

        file.Write([0xFF, JpegSource.EndOfImage]);
        return file.ToArray();
    }

    // libjpeg's curve: quality 50 is the standard's table.
    private static ushort[] Steps(ReadOnlySpan<byte> table, int quality)
    {
        quality = Math.Clamp(quality, 1, 100);
        int scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
        ushort[] steps = new ushort[64];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = (ushort)Math.Clamp((table[i] * scale + 50) / 100, 1, 255);
        }

        return steps;
    }

    private static JpegHuffmanCode?[] StandardCodes(int channels) =>
    [
        new(JpegTables.LuminanceMeanCounts, JpegTables.MeanSymbols),
        channels == 1 ? null : new(JpegTables.ChrominanceMeanCounts, JpegTables.MeanSymbols),
        new(JpegTables.LuminanceDetailCounts, JpegTables.LuminanceDetailSymbols),
        channels == 1 ? null : new(JpegTables.ChrominanceDetailCounts, JpegTables.ChrominanceDetailSymbols),
    ];

    private static void WriteScan(MemoryStream file, JpegComponent[] components, JpegScanPlan plan, bool isProgressive, JpegHuffmanCode?[]? codes)
    {
        if (codes is null)
        {
            JpegSymbolCounter counter = new();
            new JpegScanWriter(components, plan, counter).Write(isProgressive);
            codes = [.. Enumerable.Range(0, 4).Select(counter.Code)];
        }

        // The tables of a component one after another: means, details.
        foreach (int table in (int[])[0, 2, 1, 3])
        {
            if (codes[table] is { } code)
            {
                WriteSegment(file, 0xC4, [(byte)(table % 2 + (table >= 2 ? 0x10 : 0)), .. code.Counts, .. code.Values]);
            }
        }

        bool hasMeans = plan.First == 0 && plan.High == 0, hasDetails = plan.Last > 0;
        List<byte> header = [(byte)plan.Components.Length];
        foreach (int component in plan.Components)
        {
            int table = JpegScanWriter.Table(component, details: false);
            header.Add((byte)components[component].Id);
            header.Add((byte)((hasMeans ? table << 4 : 0) + (hasDetails ? table : 0)));
        }

        WriteSegment(file, 0xDA, [.. header, (byte)plan.First, (byte)plan.Last, (byte)((plan.High << 4) + plan.Low)]);
        JpegBitWriter bits = new(file);
        new JpegScanWriter(components, plan, new JpegSymbolWriter(bits, codes)).Write(isProgressive);
        bits.Flush();
    }

    private static void WriteJfif(MemoryStream file, JpegEncoderOptions options)
    {
        byte[] header = [.. "JFIF\0"u8, 1, 1, (byte)options.DensityUnit, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(8), (ushort)options.DensityX);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)options.DensityY);
        WriteSegment(file, 0xE0, header);
    }

    private static void WriteFrame(MemoryStream file, int height, int width, JpegComponent[] components, bool isProgressive)
    {
        List<byte> header = [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)components.Length];
        foreach (JpegComponent component in components)
        {
            header.AddRange([(byte)component.Id, (byte)((component.Across << 4) + component.Down), (byte)component.QuantizationIndex]);
        }

        WriteSegment(file, isProgressive ? 0xC2 : 0xC0, [.. header]);
    }

    private static void WriteSegment(MemoryStream file, int marker, byte[] content)
    {
        if (content.Length > MostOfASegment)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, null, $"A segment of a JPEG file has at most {MostOfASegment:n0} bytes, not {content.Length:n0}.");
        }

        int length = content.Length + 2;
        file.Write([0xFF, (byte)marker, (byte)(length >> 8), (byte)length]);
        file.Write(content);
    }
}
