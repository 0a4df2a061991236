using System.Runtime.InteropServices;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Image files. Expected numbers are checksums of what TensorFlow 2.16 gives for the same bytes.</summary>
public sealed class ImageTests
{
    // 17 by 13, quality 50, colours at half the resolution.
    private const string SmallJpeg =
        "/9j/4AAQSkZJRgABAQEBLAEsAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2Nj"
        + "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAARAA0DASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAMFBP/EABsQAAICAwEAAAAAAAAAAAAAAAABAgMEESEx/8QAFwEAAwEA"
        + "AAAAAAAAAAAAAAAAAgMEBf/EABsRAAICAwEAAAAAAAAAAAAAAAADAQQSIjEy/9oADAMBAAIRAxEAPwC7RFaGyh3hjpyFpaYyWRFsyFunOQL1fYm0+MZL0AFL9ll/p//Z";

    // 17 by 13, progressive.
    private const string ProgressiveJpeg =
        "/9j/4AAQSkZJRgABAQEBLAEsAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoK"
        + "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAARAA0DASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAQHBQb/xAAXAQADAQAAAAAAAAAAAAAAAAAEBQYH/9oADAMBAAIQAxAA"
        + "AAG7PcpoY6FOnQS3H//EABwQAAICAgMAAAAAAAAAAAAAAAIFAwQBEhMyM//aAAgBAQABBQJbXj1sRRAS1sHFYcDnK3xk7//EABsRAAIBBQAAAAAAAAAAAAAAAAAGASQxNHHR/9oACAEDAQE/AX9bqrD/AJs76f/E"
        + "ABsRAAIBBQAAAAAAAAAAAAAAAAAFAQIEFTWB/9oACAECAQE/AVz64yVQn2U9P//EAB0QAAICAQUAAAAAAAAAAAAAAAABAhEQIjFBcfD/2gAIAQEABj8CVPqjXEtSFsyPuMf/xAAeEAACAgEFAQAAAAAAAAAAAAAA"
        + "ASFBMRFRobHh8P/aAAgBAQABPyFCIVtv1GirYS9FqGcIZ1EWcZ9DIf/aAAwDAQACAAMAAAAQT9//xAAZEQADAAMAAAAAAAAAAAAAAAAAASERYfD/2gAIAQMBAT8QzKqp2bH/xAAZEQACAwEAAAAAAAAAAAAAAAAA"
        + "ATFhofD/2gAIAQIBAT8QmLU1p1Uj/8QAIRABAQABAwMFAAAAAAAAAAAAAREAITFREEFhcYGhscH/2gAIAQEAAT8Q0QOplCGa6Xbs4wTNUMPCvquHkiqmwWT9vFxJc8oA9xfrpw+IZ//Z";

    // A palette of 2 bits with alpha; 4 bits of grey; a colour that is transparent; samples with an exponent.
    private const string PalettePng =
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEUwAgWVxUlFxK664lY0b6gEAAAAAnRSTlPwknwu3u0AAAALSURBVHicYwjTYFTjY2pVEFCBNwAAAAxJREFUYBaKZzmjCwAR2ALMoFU4JwAAAABJRU5ErkJggg==";

    private const string GreyPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAAAAABpAUQFAAAAEUlEQVR4nGMQXNR0gPFu1FIVpsOZh2X9XhsAAAARSURBVBKYW/xmdLMUTFzRAACAdwpsPHWBbgAAAABJRU5ErkJggg==";

    private const string KeyedPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAABnRSTlMAAQAAAAEkwR63AAAAHElEQVR4nDWMCRIAIAgCofr/l2llSjxRlAUsbHI7uyRIC+28FAAAABxJREFUfhpbROq9qc7aHVIht+/XgaJEmdX06HwBXCYPIZReFHoAAAAASUVORK5CYII=";

    private const string GammaPng =
        "iVBORw0KGgoAAAANSUhEUgAAAAkAAAAGCAIAAACepSOSAAAABGdBTUEAALGPC/xhBQAAAFlJREFUeJwBqABX/wD4rGEGMXUMCkGd9nd3nUtLD38mpPjppvWXmbwBJjhu/mGfUBEYkxVYO08jiqX18/DuUDFQ0dVMAgNP3MHY0Ckv"
        + "5ms+IF+q7ikRsJwHwxGeE2dvtyVAAAAAWklEQVQDRgM7ugKdjlqnNr+8qj7iycV5m28BP9vw9UXBEzcE6HXkeIB3yZEZyEmz+7np+XSQXQGHQpqvZBxOAOM2334q4A3ZIErAsaAqNnTcOywCNXTWlFp84KLtTwfZEtYqAAAAAElFTkSuQmCC";

    public static TheoryData<string> SoundFiles { get; } = [SmallJpeg, ProgressiveJpeg, PalettePng, GreyPng, KeyedPng, GammaPng];

    [Theory]
    [InlineData(SmallJpeg, 0, 1, true, true, 0xA3FD42D5)]
    [InlineData(SmallJpeg, 0, 1, true, false, 0x2642ACEC)]
    [InlineData(SmallJpeg, 0, 1, false, true, 0x2771760E)]
    [InlineData(SmallJpeg, 0, 1, false, false, 0xAF36AE8F)]
    [InlineData(SmallJpeg, 0, 2, true, true, 0x314E7329)]
    [InlineData(SmallJpeg, 0, 2, true, false, 0x00071AEC)]
    [InlineData(SmallJpeg, 0, 8, true, true, 0x4B02A3D7)]
    [InlineData(SmallJpeg, 1, 1, true, true, 0x2B9081C6)]
    [InlineData(ProgressiveJpeg, 0, 1, true, true, 0x651F40A6)]
    [InlineData(ProgressiveJpeg, 0, 1, true, false, 0xAB7C62DE)]
    [InlineData(ProgressiveJpeg, 1, 2, true, true, 0x708D1085)]
    public void Jpeg_pixels_are_those_of_libjpeg_turbo(string file, int channels, int ratio, bool fancy, bool fast, uint expected)
    {
        JpegOptions options = new(channels) { Ratio = ratio, IsFancy = fancy, IsFast = fast };

        Assert.Equal(expected, PngChecksum.Of(JpegDecoder.Decode(Convert.FromBase64String(file), options).Values));
    }

    [Theory]
    [InlineData(328, true, 1f, true, 0x61D615B8)]
    [InlineData(333, true, 1f, true, 0x230696F6)]
    [InlineData(333, false, 0.1f, true, 0x091900DA)]
    [InlineData(333, false, 0.1f, false, 0xE7DBCB1D)]
    public void A_jpeg_file_that_is_cut_off_gives_what_libjpeg_turbo_gives(int length, bool recovers, float fraction, bool fancy, uint expected)
    {
        byte[] cut = Convert.FromBase64String(SmallJpeg)[..length];
        JpegOptions options = new(0) { Recovers = recovers, AcceptableFraction = fraction, IsFancy = fancy };

        Assert.Equal(expected, PngChecksum.Of(JpegDecoder.Decode(cut, options).Values));
        Assert.Throws<ModelFileException>(() => JpegDecoder.Decode(cut, new JpegOptions(0)));
    }

    [Theory]
    [InlineData(PalettePng, 0, 0x5AE0CA4C, 0xE2130374)]
    [InlineData(GreyPng, 4, 0x68316B25, 0xA12B8467)]
    [InlineData(KeyedPng, 4, 0x7FDD2CCE, 0x0D7BA725)]
    [InlineData(GammaPng, 1, 0xBA61B8B0, 0x0001A7E5)]
    public void Png_pixels_are_those_of_libpng(string file, int channels, uint expected, uint expected16)
    {
        byte[] bytes = Convert.FromBase64String(file);

        Assert.Equal(expected, PngChecksum.Of(PngDecoder.Decode(bytes, channels).Values));
        Assert.Equal(expected16, PngChecksum.Of(MemoryMarshal.AsBytes(PngDecoder.Decode16(bytes, channels).Values.AsSpan())));
    }

    [Theory]
    [InlineData(-1, 0x84B5D32F)]
    [InlineData(1, 0x4F3DAA23)]
    [InlineData(9, 0x5535E202)]
    public void Png_files_are_those_of_libpng_and_zlib(int level, uint expected) =>
        Assert.Equal(expected, PngChecksum.Of(PngEncoder.Encode<byte>(Pattern(), 20, 30, 3, level)));

    [Fact]
    public void Png_files_of_16_bits_are_those_of_libpng_and_zlib()
    {
        ushort[] values = [.. Enumerable.Range(0, 11 * 5 * 4).Select(i => (ushort)(i * 977 % 65521))];

        Assert.Equal(0xD0142B08, PngChecksum.Of(PngEncoder.Encode<ushort>(values, 11, 5, 4)));
    }

    [Theory]
    [InlineData(95, false, false, true, 0x56DBCB5A)]
    [InlineData(40, false, true, true, 0x8C862C3D)]
    [InlineData(95, true, false, true, 0x0751AE2C)]
    [InlineData(80, false, false, false, 0x69CB59C3)]
    public void Jpeg_files_are_those_of_libjpeg_turbo(int quality, bool progressive, bool optimized, bool halved, uint expected)
    {
        JpegEncoderOptions options = new() { Quality = quality, IsProgressive = progressive, IsOptimized = optimized, HalvesColors = halved };

        Assert.Equal(expected, PngChecksum.Of(JpegEncoder.Encode(Pattern(), 20, 30, 3, options)));
    }

    [Theory]
    [MemberData(nameof(SoundFiles))]
    public void Every_cut_and_changed_byte_gives_pixels_or_an_error(string file)
    {
        foreach (byte[] damaged in Damage.CutsAndFlips(Convert.FromBase64String(file)))
        {
            Read(damaged);
        }
    }

    [Theory]
    [MemberData(nameof(SoundFiles))]
    public void Random_damage_gives_pixels_or_an_error_in_little_memory(string file)
    {
        byte[] sound = Convert.FromBase64String(file);

        Damage.ForAll(300, random => Damage.Reads(() => Read(Damage.Mutate(Damage.Mutate(sound, random), random))));
    }

    [Fact]
    public void A_tiny_file_that_claims_a_huge_image_allocates_nothing()
    {
        byte[] jpeg = Convert.FromBase64String(SmallJpeg), png = PngEncoder.Encode<byte>(Pattern(), 20, 30, 3);
        int frame = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        (jpeg[frame + 5], jpeg[frame + 7]) = (0xF0, 0xF0);
        png[17] = png[21] = 1;
        new byte[] { 0, 0, 0, 0 }.CopyTo(png, 29);

        Assert.False(Damage.Reads(() => JpegDecoder.Decode(jpeg, new JpegOptions(0))));
        Assert.False(Damage.Reads(() => PngDecoder.Decode(png, 0)));
    }

    [Fact]
    public void Frames_of_a_gif_are_painted_over_each_other()
    {
        // Two frames of 2 by 1: red, green; then blue over the second pixel.
        byte[] gif =
        [
            .. "GIF89a"u8, 2, 0, 1, 0, 0x81, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9,
            0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0A, 0,
            0x2C, 1, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x54, 0x01, 0, 0x3B,
        ];

        IReadOnlyList<Pixels<byte>> frames = GifDecoder.Decode(gif, int.MaxValue);

        Assert.Equal([255, 0, 0, 0, 255, 0], frames[0].Values);
        Assert.Equal([255, 0, 0, 0, 0, 255], frames[1].Values);
        Damage.ForAll(300, random => Damage.Reads(() => GifDecoder.Decode(Damage.Mutate(gif, random), int.MaxValue)));
    }

    [Fact]
    public void Rows_of_a_bmp_go_up_and_colours_are_turned_round()
    {
        byte[] bmp = new byte[54 + 16];
        "BM"u8.CopyTo(bmp);
        (bmp[10], bmp[18], bmp[22], bmp[28]) = (54, 2, 2, 24);
        bmp[54] = 7;

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0], BmpDecoder.Decode(bmp, 0).Values);
        Damage.ForAll(300, random => Damage.Reads(() => BmpDecoder.Decode(Damage.Mutate(bmp, random), 0)));
    }

    [Fact]
    public void Sound_is_read_as_it_was_written()
    {
        byte[] file = WaveFile.Encode([0, 0.5f, -1, 2], 8000, 2);

        WaveFile read = WaveFile.Parse(file);

        Assert.Equal((2, 8000u), (read.Channels, read.Rate));
        Assert.Equal([0, 0.5f, -1, 32767 / 32768f], read.Samples);
        Damage.ForAll(300, random => Damage.Reads(() => WaveFile.Parse(Damage.Mutate(file, random))));
    }

    private static byte[] Pattern() => [.. Enumerable.Range(0, 20 * 30 * 3).Select(i => (byte)(i * 7 % 251))];

    private static void Read(byte[] file)
    {
        try
        {
            _ = PngDecoder.Knows(file)
                ? PngDecoder.Decode(file, 0)
                : JpegDecoder.Decode(file, new JpegOptions(0) { Recovers = file.Length % 2 == 0, Ratio = 1 + file.Length % 2 });
        }
        catch (ModelFileException error)
        {
            Assert.Equal(StatusCode.InvalidArgument, error.Code);
        }
    }
}
