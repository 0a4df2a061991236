using ModelSessions.Cpu.Execution;
using ModelSessions.Files;
using Text = ModelSessions.Cpu.Kernels.Strings.Text;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images from files. Each op takes most formats; what differs is the shape it gives and what it refuses.</summary>
internal static class DecodeKernels
{
    public static void Register(KernelTable table)
    {
        foreach (string op in (string[])["DecodeAndCropJpeg", "DecodeBmp", "DecodeGif", "DecodeImage", "DecodeJpeg", "DecodePng"])
        {
            table.Add(op, Decode);
        }

        table.Add("ExtractJpegShape", "output_type", TypeSet.Indices, JpegShape);
    }

    private static Kernel Decode(GraphOperation node, CpuSession session)
    {
        DType dtype = node.Attributes.ContainsKey("dtype") ? node.DType("dtype") : DType.UInt8;
        int channels = node.Type == "DecodeGif" ? 3 : (int)node.Int("channels");
        if (channels is not (0 or 1 or 3 or 4))
        {
            throw new EngineException(StatusCode.InvalidArgument, $"`channels` must be 0, 1, 3 or 4 but got {channels}", node.Name);
        }

        if (!(dtype is DType.UInt8 or DType.UInt16 || (dtype == DType.Float32 && node.Type == "DecodeImage")))
        {
            throw new EngineException(StatusCode.InvalidArgument, $"`dtype` for `{node.Type}` must be uint8, uint16 (or float for `DecodeImage`) but got: {dtype.Name()}", node.Name);
        }

        JpegOptions jpeg = JpegOptionsOf(node, channels);
        return context =>
        {
            byte[] file = Text.Scalar(context.Input(0), "`contents`");
            if (file.Length == 0)
            {
                throw Failure.Invalid("Input is empty.");
            }

            if (JpegDecoder.Knows(file))
            {
                Jpeg(context, file, jpeg);
            }
            else if (PngDecoder.Knows(file))
            {
                Png(context, file, channels, dtype);
            }
            else if (GifDecoder.Knows(file))
            {
                Gif(context, file, channels);
            }
            else if (BmpDecoder.Knows(file))
            {
                Bmp(context, file, channels);
            }
            else
            {
                throw Failure.Invalid("Unknown image file format. One of JPEG, PNG, GIF, BMP required.");
            }
        };
    }

    private static JpegOptions JpegOptionsOf(GraphOperation node, int channels)
    {
        if (node.Type is not ("DecodeJpeg" or "DecodeAndCropJpeg"))
        {
            return new JpegOptions(channels);
        }

        int ratio = (int)node.Int("ratio");
        string method = node.String("dct_method");
        if (ratio is not (1 or 2 or 4 or 8) || method is not ("" or "INTEGER_FAST" or "INTEGER_ACCURATE"))
        {
            throw new EngineException(
                StatusCode.InvalidArgument,
                $"ratio must be 1, 2, 4, or 8, got {ratio}; dct_method must be one of {{'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}}, got '{method}'",
                node.Name);
        }

        return new JpegOptions(channels)
        {
            Ratio = ratio,
            IsFancy = node.Bool("fancy_upscaling"),
            IsFast = method != "INTEGER_ACCURATE",
            Recovers = node.Bool("try_recover_truncated"),
            AcceptableFraction = node.Float("acceptable_fraction"),
        };
    }

    private static void Jpeg(KernelContext context, byte[] file, JpegOptions options)
    {
        if (options.Channels == 4)
        {
            throw Failure.Invalid("JPEG does not support 4 channels");
        }

        Refuse(context, "JPEG", "decode_jpeg", "DecodeBmp");
        if (context.Node.Type == "DecodeAndCropJpeg")
        {
            Value window = context.Input(1);
            if (window.Rank != 1 || window.LongCount != 4)
            {
                throw Failure.Invalid($"crop_window must be 1-D and have four elements, got shape {window.Shape}");
            }

            options = options with { Crop = ((int)window.Integer(0), (int)window.Integer(1), (int)window.Integer(2), (int)window.Integer(3)) };
        }

        Write(context, [JpegDecoder.Decode(file, options)], hasFrames: context.Node.Type == "DecodeGif");
    }

    private static void Png(KernelContext context, byte[] file, int channels, DType dtype)
    {
        Refuse(context, "PNG", "decode_png", "DecodeBmp", "DecodeAndCropJpeg");
        bool hasFrames = context.Node.Type == "DecodeGif";
        if (dtype == DType.UInt8)
        {
            Write(context, [PngDecoder.Decode(file, channels)], hasFrames);
            return;
        }

        Pixels<ushort> image = PngDecoder.Decode16(file, channels);
        Value result = context.Allocate(0, [image.Height, image.Width, image.Channels]);
        if (dtype == DType.UInt16)
        {
            image.Values.CopyTo(result.Span<ushort>());
            return;
        }

        Span<float> floats = result.Span<float>();
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = image.Values[i] * (1f / ushort.MaxValue);
        }
    }

    private static void Gif(KernelContext context, byte[] file, int channels)
    {
        if (channels is not (0 or 3))
        {
            throw Failure.Invalid($"channels must be 0 or 3 for GIF, got {channels}");
        }

        Refuse(context, "GIF", "decode_gif", "DecodeBmp", "DecodeAndCropJpeg");
        GraphOperation node = context.Node;
        bool all = node.Type != "DecodeImage" || node.Bool("expand_animations"), single = node.Type is "DecodePng" or "DecodeJpeg";
        IReadOnlyList<Pixels<byte>> frames = GifDecoder.Decode(file, all ? int.MaxValue : 1);
        if (single && frames.Count > 1)
        {
            throw Failure.Invalid($"Got {frames.Count} frames, but animated gifs can only be decoded by tf.io.decode_gif or tf.io.decode_image");
        }

        Write(context, frames, hasFrames: all && !single);
    }

    private static void Bmp(KernelContext context, byte[] file, int channels)
    {
        if (channels == 1)
        {
            throw Failure.Invalid("`channels` must be 0, 3 or 4 for BMP, but got 1");
        }

        Refuse(context, "BMP", "decode_bmp", "DecodeAndCropJpeg", "DecodeGif", "DecodeJpeg", "DecodePng");
        Write(context, [BmpDecoder.Decode(file, channels)], hasFrames: false);
    }

    private static void Refuse(KernelContext context, string format, string better, params ReadOnlySpan<string> ops)
    {
        if (ops.Contains(context.Node.Type))
        {
            throw Failure.Invalid($"Trying to decode {format} format using {context.Node.Type} op. Use `{better}` or `decode_image` instead.");
        }
    }

    private static void Write(KernelContext context, IReadOnlyList<Pixels<byte>> frames, bool hasFrames)
    {
        Pixels<byte> first = frames[0];
        ReadOnlySpan<long> size = [frames.Count, first.Height, first.Width, first.Channels];
        Value result = context.Allocate(0, hasFrames ? size : size[1..]);
        for (int i = 0; i < frames.Count; i++)
        {
            Convert(frames[i].Values, result, i * first.Values.Length);
        }
    }

    // 8 bits become 16 by 256, as TensorFlow has it, not by 257.
    private static void Convert(byte[] values, Value result, int start)
    {
        switch (result.DType)
        {
            case DType.UInt8:
                values.CopyTo(result.Span<byte>()[start..]);
                break;
            case DType.UInt16:
                Span<ushort> words = result.Span<ushort>()[start..];
                for (int i = 0; i < values.Length; i++)
                {
                    words[i] = (ushort)(values[i] * 256);
                }

                break;
            default:
                Span<float> floats = result.Span<float>()[start..];
                for (int i = 0; i < values.Length; i++)
                {
                    floats[i] = values[i] * (1f / byte.MaxValue);
                }

                break;
        }
    }

    private static Kernel JpegShape(GraphOperation node, CpuSession session) => context =>
    {
        (int height, int width, int channels) = JpegDecoder.ReadShape(Text.Scalar(context.Input(0), "contents"));
        Value shape = context.Allocate(0, [3]);
        Array.ShapeKernels.WriteInteger(shape, 0, height);
        Array.ShapeKernels.WriteInteger(shape, 1, width);
        Array.ShapeKernels.WriteInteger(shape, 2, channels);
    };
}
