using System.Numerics;
using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;
using ModelSessions.Protos;
using Text = ModelSessions.Cpu.Kernels.Strings.Text;

namespace ModelSessions.Cpu.Kernels.Logging;

/// <summary>Images for TensorBoard, as PNG files.</summary>
internal static class ImageSummaryKernels
{
    // Less than this is nothing: such an image is black.
    private const float Threshold = 1e-6f;

    public static void Register(KernelTable table) =>
        table.Add("ImageSummary", "T", TypeSet.Of(DType.UInt8, DType.Float16, DType.Float32, DType.Float64), Summarize);

    private static Kernel Summarize(GraphOperation node, CpuSession session)
    {
        long most = node.Int("max_images");
        Tensor bad = node.Tensor("bad_color");
        if (bad.DType != DType.UInt8 || bad.Shape.Rank != 1)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"bad_color must be a vector of uint8, not {bad.DType.Name()} {bad.Shape}", node.Name);
        }

        return context =>
        {
            Value images = context.Input(1);
            if (images.Rank != 4 || images.Dimensions[3] is not (1 or 3 or 4) || images.Dimensions[1] * images.Dimensions[2] >= 1L << 29)
            {
                throw Failure.Invalid($"Tensor must be 4-D with last dim 1, 3, or 4, and not too large, not {images.Shape}");
            }

            string tag = System.Text.Encoding.UTF8.GetString(Text.Scalar(context.Input(0), "Tags"));
            (int height, int width, int depth) = ((int)images.Dimensions[1], (int)images.Dimensions[2], (int)images.Dimensions[3]);
            if (images.DType != DType.UInt8 && bad.ElementCount < depth)
            {
                throw Failure.Invalid($"expected depth <= bad_color.size, got depth = {depth}, bad_color.size = {bad.ElementCount}");
            }

            long count = System.Math.Min(most, images.Dimensions[0]);
            if (count > 0 && (height == 0 || width == 0))
            {
                throw new EngineException(StatusCode.Internal, $"PNG encoding failed: an image of {height} by {width} pixels is empty.");
            }

            Summary summary = new();
            for (int i = 0; i < count; i++)
            {
                Summary.Types.Image image = new()
                {
                    Height = height,
                    Width = width,
                    Colorspace = depth,
                    EncodedImageString = ByteString.CopyFrom(PngEncoder.Encode(Pixels(images, i, height * width, depth, bad), height, width, depth)),
                };
                summary.Value.Add(new Summary.Types.Value { Tag = most > 1 ? $"{tag}/image/{i}" : $"{tag}/image", Image = image });
            }

            context.Allocate(0, []).Objects[0] = summary.ToByteArray();
        };
    }

    private static ReadOnlySpan<byte> Pixels(Value images, int number, int pixels, int depth, Tensor bad)
    {
        int start = number * pixels * depth, length = pixels * depth;
        return images.DType switch
        {
            DType.UInt8 => images.Span<byte>().Slice(start, length),
            DType.Float16 => Scale<Half>(images.Span<Half>().Slice(start, length), depth, bad.Span<byte>()),
            DType.Float64 => Scale<double>(images.Span<double>().Slice(start, length), depth, bad.Span<byte>()),
            _ => Scale<float>(images.Span<float>().Slice(start, length), depth, bad.Span<byte>()),
        };
    }

    // Positive images go up to 255; of others 0 is in the middle. A pixel with a number that is none has the bad colour.
    private static byte[] Scale<T>(ReadOnlySpan<T> values, int depth, ReadOnlySpan<byte> bad)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        for (int i = 0; i < values.Length; i += depth)
        {
            if (IsFinite(values.Slice(i, depth)))
            {
                foreach (T value in values.Slice(i, depth))
                {
                    (least, most) = (MathF.Min(least, float.CreateTruncating(value)), MathF.Max(most, float.CreateTruncating(value)));
                }
            }
        }

        float reach = least < 0 ? MathF.Max(MathF.Abs(least), MathF.Abs(most)) : most;
        T scale = T.CreateTruncating(reach < Threshold ? 0 : (least < 0 ? 127f : 255f) / reach), offset = T.CreateTruncating(least < 0 ? 128f : 0);
        byte[] result = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int pixel = i - i % depth;
            result[i] = IsFinite(values.Slice(pixel, depth)) ? (byte)int.CreateTruncating(values[i] * scale + offset) : bad[i % depth];
        }

        return result;
    }

    private static bool IsFinite<T>(ReadOnlySpan<T> pixel)
        where T : IFloatingPointIeee754<T>
    {
        foreach (T value in pixel)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
