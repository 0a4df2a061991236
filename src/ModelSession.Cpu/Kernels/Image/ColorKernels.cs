using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Colours of pixels.</summary>
internal static class ColorKernels
{
    private const int HueRange = 6;

    public static void Register(KernelTable table)
    {
        table.Numbers<Contrast>("AdjustContrast", TypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.Int16, DType.Int32, DType.UInt8));
        table.Add("AdjustContrastv2", "T", TypeSet.Float32, (_, _) => NewContrast);
        table.Add("AdjustHue", "T", TypeSet.Float32, (_, _) => context => Adjust(context, "delta", TurnHue));
        table.Add("AdjustSaturation", "T", TypeSet.Float32, (_, _) => context => Adjust(context, "scale", Saturate));
        table.Floats<ToHsv>("RGBToHSV", TypeSet.Floats);
        table.Floats<ToRgb>("HSVToRGB", TypeSet.Floats);
    }

    private delegate (float Red, float Green, float Blue) PixelRule(float red, float green, float blue, float amount);

    private static void Adjust(KernelContext context, string what, PixelRule rule)
    {
        Value images = context.Input(0), amount = context.Input(1);
        if (images.Rank < 3 || images.Dimensions[^1] != 3)
        {
            throw Failure.Invalid($"input must be at least 3-D and have 3 channels, got shape {images.Shape}");
        }

        if (amount.Rank != 0)
        {
            throw Failure.Invalid($"{what} must be scalar: {amount.Shape}");
        }

        float by = amount.Scalar<float>();
        Span<float> target = context.Forward(0, 0).Span<float>();
        ReadOnlySpan<float> source = images.Span<float>();
        for (int i = 0; i < source.Length; i += 3)
        {
            (target[i], target[i + 1], target[i + 2]) = rule(source[i], source[i + 1], source[i + 2], by);
        }
    }

    private static (float Red, float Green, float Blue) Saturate(float red, float green, float blue, float scale)
    {
        (float hue, float saturation, float value) = Hsv(red, green, blue);
        saturation = MathF.Min(1, MathF.Max(0, saturation * scale));
        float chroma = saturation * value, least = value - chroma, place = hue * HueRange, folded = place;
        if (!float.IsFinite(place))
        {
            return (least, least, least);
        }

        folded -= 2 * MathF.Floor(folded / 2);
        float middle = chroma * (1 - MathF.Abs(folded - 1));
        (float r, float g, float b) = (int)place switch
        {
            0 => (chroma, middle, 0f),
            1 => (middle, chroma, 0f),
            2 => (0f, chroma, middle),
            3 => (0f, middle, chroma),
            4 => (middle, 0f, chroma),
            5 => (chroma, 0f, middle),
            _ => (0f, 0f, 0f),
        };
        return (r + least, g + least, b + least);
    }

    private static (float Hue, float Saturation, float Value) Hsv(float red, float green, float blue)
    {
        float value = MathF.Max(red, MathF.Max(green, blue)), range = value - MathF.Min(red, MathF.Min(green, blue)), norm = 1 / (6 * range);
        float hue = red == value ? norm * (green - blue) : green == value ? norm * (blue - red) + 2f / 6 : norm * (red - green) + 4f / 6;
        hue = range <= 0 ? 0 : hue;
        return (hue < 0 ? hue + 1 : hue, value > 0 ? range / value : 0, value);
    }

    // The hue goes from 0 to 6: in even sixths the middle colour rises, in odd ones it falls.
    private static (float Red, float Green, float Blue) TurnHue(float red, float green, float blue, float delta)
    {
        float most = MathF.Max(red, MathF.Max(green, blue)), least = MathF.Min(red, MathF.Min(green, blue));
        float middle = red + green + blue - most - least;
        (middle, int sixth) = red < green
            ? blue < red ? (red, 1) : blue > green ? (green, 3) : (blue, 2)
            : blue < green ? (green, 0) : blue > red ? (red, 4) : (blue, 5);
        float hue = 0;
        if (most != least)
        {
            float ratio = (middle - least) / (most - least);
            hue = sixth + (sixth % 2 == 0 ? ratio : 1 - ratio);
        }

        hue += delta * HueRange;
        hue -= HueRange * MathF.Floor(hue / HueRange);
        hue = hue >= HueRange ? hue - HueRange : hue;
        int turned = float.IsNaN(hue) ? HueRange - 1 : (int)hue;
        float part = hue - turned;
        float mixed = least + (turned % 2 == 0 ? part : 1 - part) * (most - least);
        return turned switch
        {
            0 => (most, mixed, least),
            1 => (mixed, most, least),
            2 => (least, most, mixed),
            3 => (least, mixed, most),
            4 => (mixed, least, most),
            _ => (most, least, mixed),
        };
    }

    private readonly struct ToHsv : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                ReadOnlySpan<T> source = Colors(context).Span<T>();
                Span<T> target = context.Allocate(0, context.Input(0).Dimensions).Span<T>();
                T sixth = T.One / T.CreateTruncating(6);
                for (int i = 0; i < source.Length; i += 3)
                {
                    (T red, T green, T blue) = (source[i], source[i + 1], source[i + 2]);
                    T value = T.Max(red, T.Max(green, blue)), range = value - T.Min(red, T.Min(green, blue)), norm = T.One / range * sixth;
                    T hue = red == value ? norm * (green - blue)
                        : green == value ? norm * (blue - red) + T.CreateTruncating(2) * sixth : norm * (red - green) + T.CreateTruncating(4) * sixth;
                    hue = range > T.Zero ? hue : T.Zero;
                    target[i] = hue < T.Zero ? hue + T.One : hue;
                    target[i + 1] = value > T.Zero ? range / value : T.Zero;
                    target[i + 2] = value;
                }
            };
    }

    private readonly struct ToRgb : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                ReadOnlySpan<T> source = Colors(context).Span<T>();
                Span<T> target = context.Allocate(0, context.Input(0).Dimensions).Span<T>();
                T two = T.CreateTruncating(2), three = T.CreateTruncating(3), four = T.CreateTruncating(4), six = T.CreateTruncating(6);
                for (int i = 0; i < source.Length; i += 3)
                {
                    T place = source[i] * six, saturation = source[i + 1], value = source[i + 2], rest = T.One - saturation;
                    target[i] = (rest + saturation * Part(T.Abs(place - three) - T.One)) * value;
                    target[i + 1] = (rest + saturation * Part(two - T.Abs(place - two))) * value;
                    target[i + 2] = (rest + saturation * Part(two - T.Abs(place - four))) * value;
                }
            };

        private static T Part<T>(T value)
            where T : IFloatingPointIeee754<T> => T.Min(T.Max(value, T.Zero), T.One);
    }

    private static Value Colors(KernelContext context)
    {
        Value images = context.Input(0);
        return images.Rank >= 1 && images.Dimensions[^1] == 3
            ? images
            : throw Failure.Invalid($"input must be at least 1D and have 3 channels in its last dimension, not of shape {images.Shape}");
    }

    private static (int Images, int Pixels, int Channels) ImagesOf(Value images, int least)
    {
        if (images.Rank < least)
        {
            throw Failure.Invalid($"input must be at least {least}-D, got shape {images.Shape}");
        }

        long channels = images.Dimensions[^1], pixels = images.Dimensions[^2] * images.Dimensions[^3];
        return (pixels * channels == 0 ? 0 : checked((int)(images.LongCount / (pixels * channels))), (int)pixels, (int)channels);
    }

    // (x - mean) * factor + mean, with a mean for each channel of each image.
    private static void NewContrast(KernelContext context)
    {
        Value images = context.Input(0), factor = context.Input(1);
        (int count, int pixels, int channels) = ImagesOf(images, 3);
        if (factor.Rank != 0)
        {
            throw Failure.Invalid($"contrast_factor must be scalar: {factor.Shape}");
        }

        Span<float> target = context.Allocate(0, images.Dimensions).Span<float>();
        ReadOnlySpan<float> source = images.Span<float>();
        float by = factor.Scalar<float>();
        for (int i = 0; i < count * channels; i++)
        {
            int start = i / channels * pixels * channels + i % channels;
            double sum = 0;
            for (int p = 0; p < pixels; p++)
            {
                sum += source[start + p * channels];
            }

            float mean = (float)(sum / pixels);
            for (int p = 0; p < pixels; p++)
            {
                target[start + p * channels] = (source[start + p * channels] - mean) * by + mean;
            }
        }
    }

    private readonly struct Contrast : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value images = context.Input(0);
                (int count, int pixels, int channels) = ImagesOf(images, 3);
                for (int i = 1; i < 4; i++)
                {
                    if (context.Input(i).Rank != 0)
                    {
                        throw Failure.Invalid($"contrast_factor, min_value and max_value must be scalar: {context.Input(i).Shape}");
                    }
                }

                float by = context.Input(1).Scalar<float>(), least = context.Input(2).Scalar<float>(), most = context.Input(3).Scalar<float>();
                Span<float> target = context.Allocate(0, images.Dimensions).Span<float>();
                ReadOnlySpan<T> source = images.Span<T>();
                for (int i = 0; i < count * channels; i++)
                {
                    int start = i / channels * pixels * channels + i % channels;
                    double sum = 0;
                    for (int p = 0; p < pixels; p++)
                    {
                        sum += double.CreateTruncating(source[start + p * channels]);
                    }

                    float mean = (float)(sum / pixels);
                    for (int p = 0; p < pixels; p++)
                    {
                        float value = (float.CreateTruncating(source[start + p * channels]) - mean) * by + mean;
                        target[start + p * channels] = MathF.Max(MathF.Min(value, most), least);
                    }
                }
            };
    }
}
