namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Which places of an image the pixels of a resized one stand for.</summary>
/// <param name="AlignCorners">The corners' centres stay in place.</param>
/// <param name="HalfPixels">Pixels are areas: their centres are at halves.</param>
internal readonly record struct SampleRule(bool AlignCorners, bool HalfPixels)
{
    public static SampleRule Of(GraphOperation node)
    {
        SampleRule rule = new(node.Bool("align_corners"), node.Attributes.ContainsKey("half_pixel_centers") && node.Bool("half_pixel_centers"));
        return rule is { AlignCorners: true, HalfPixels: true }
            ? throw new EngineException(StatusCode.InvalidArgument, "If half_pixel_centers is True, align_corners must be False.", node.Name)
            : rule;
    }

    /// <summary>How many pixels of an image one of the resized image is wide.</summary>
    public float Scale(long from, long to) => AlignCorners && to > 1 ? (from - 1) / (float)(to - 1) : from / (float)to;

    /// <summary>The place in the image of a resized pixel.</summary>
    public float Place(long x, float scale) => HalfPixels ? (x + 0.5f) * scale - 0.5f : x * scale;

    /// <summary>The nearest pixel to a resized one.</summary>
    public long Nearest(long x, float scale, long size)
    {
        float place = HalfPixels ? (x + 0.5f) * scale : x * scale;
        long nearest = (long)(AlignCorners ? MathF.Round(place, MidpointRounding.AwayFromZero) : MathF.Floor(place));
        return System.Math.Clamp(nearest, 0, size - 1);
    }
}
