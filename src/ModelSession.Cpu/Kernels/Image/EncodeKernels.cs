using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images to files.</summary>
internal static class EncodeKernels
{
    private const int MostOfASide = 65500;

    public static void Register(KernelTable table)
    {
        table.Add("EncodeJpeg", Jpeg);
        table.Add("EncodeJpegVariableQuality", (_, _) => context =>
        {
            Value quality = context.Input(1);
            Jpeg(context, 0, new JpegEncoderOptions { Quality = CheckQuality(quality.Rank == 0 ? quality.Span<int>()[0] : -1) });
        });
        table.Add("EncodePng", "T", TypeSet.Of(DType.UInt8, DType.UInt16), Png);
    }

    private static int CheckQuality(long quality) => quality is >= 0 and <= 100
        ? (int)quality
        : throw Failure.Invalid($"quality must be a scalar in [0,100], got {quality}");

    private static Kernel Jpeg(GraphOperation node, CpuSession session)
    {
        string format = node.String("format"), unit = node.String("density_unit");
        if (format is not ("" or "grayscale" or "rgb") || unit is not ("in" or "cm"))
        {
            throw new EngineException(StatusCode.InvalidArgument, $"format must be '', grayscale or rgb, got '{format}'; density_unit must be 'in' or 'cm', got '{unit}'", node.Name);
        }

        JpegEncoderOptions options = new()
        {
            Quality = CheckQuality(node.Int("quality")),
            IsProgressive = node.Bool("progressive"),
            IsOptimized = node.Bool("optimize_size"),
            HalvesColors = node.Bool("chroma_downsampling"),
            DensityUnit = unit == "in" ? 1 : 2,
            DensityX = (int)node.Int("x_density"),
            DensityY = (int)node.Int("y_density"),
            Xmp = node.Attributes["xmp_metadata"].S.ToByteArray(),
        };
        int channels = format switch { "grayscale" => 1, "rgb" => 3, _ => 0 };
        return context => Jpeg(context, channels, options);
    }

    private static void Jpeg(KernelContext context, int channels, JpegEncoderOptions options)
    {
        Value image = context.Input(0);
        if (image.Rank != 3 || image.LongCount >= int.MaxValue)
        {
            throw Failure.Invalid($"image must be 3-dimensional and have less than 2^31 numbers, not shape {image.Shape}");
        }

        (long height, long width, long depth) = (image.Dimensions[0], image.Dimensions[1], image.Dimensions[2]);
        if (channels == 0 ? depth is not (1 or 3) : depth != channels)
        {
            throw Failure.Invalid($"image must have {(channels == 0 ? "1 or 3" : channels)} channels, got {image.Shape}");
        }

        if (height is < 1 or > MostOfASide || width is < 1 or > MostOfASide)
        {
            throw new EngineException(StatusCode.Internal, $"JPEG encoding failed: an image has 1 to {MostOfASide:n0} rows and columns, not {height} and {width}");
        }

        context.Allocate(0, []).Objects[0] = JpegEncoder.Encode(image.Span<byte>(), (int)height, (int)width, (int)depth, options);
    }

    private static Kernel Png(GraphOperation node, CpuSession session)
    {
        int level = (int)node.Int("compression");
        if (level is < -1 or > 9)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"compression should be in [-1,9], got {level}", node.Name);
        }

        return context =>
        {
            Value images = context.Input(0);
            int rank = images.Rank;
            if (rank < 3 || images.Dimensions[rank - 1] is < 1 or > 4)
            {
                throw Failure.Invalid($"images must be at least rank 3 and have 1, 2, 3, or 4 channels, not shape {images.Shape}");
            }

            ReadOnlySpan<long> size = images.Dimensions[(rank - 3)..];
            (int height, int width, int channels) = ((int)size[0], (int)size[1], (int)size[2]);
            int length = checked(height * width * channels);
            Span<object?> files = context.Allocate(0, images.Dimensions[..(rank - 3)]).Objects;
            if (files.Length > 0 && length == 0)
            {
                throw new EngineException(StatusCode.Internal, $"PNG encoding failed: an image of {height} by {width} pixels is empty.");
            }

            for (int i = 0; i < files.Length; i++)
            {
                files[i] = images.DType == DType.UInt8
                    ? PngEncoder.Encode<byte>(images.Span<byte>().Slice(i * length, length), height, width, channels, level)
                    : PngEncoder.Encode<ushort>(images.Span<ushort>().Slice(i * length, length), height, width, channels, level);
            }
        };
    }
}
