using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>A rectangle of pixels.</summary>
internal readonly record struct Area(int Left, int Top, int Right, int Bottom)
{
    public float Size => unchecked((Right - Left) * (Bottom - Top));

    public float Shared(Area other)
    {
        Area common = new(System.Math.Max(Left, other.Left), System.Math.Max(Top, other.Top), System.Math.Min(Right, other.Right), System.Math.Min(Bottom, other.Bottom));
        return common.Left > common.Right || common.Top > common.Bottom ? 0 : common.Size;
    }
}

/// <summary>What a random part of an image must be like.</summary>
internal sealed class BoxRules
{
    private readonly float _narrowest, _widest, _smallest, _largest;

    private BoxRules(GraphOperation node)
    {
        float[] aspects = [.. node.Attributes["aspect_ratio_range"].List.F], areas = [.. node.Attributes["area_range"].List.F];
        Attempts = node.Int("max_attempts");
        WithoutBoxes = node.Bool("use_image_if_no_bounding_boxes");
        Covered = node.Inputs.Count == 2 ? node.Float("min_object_covered") : null;
        bool fits = aspects.Length == 2 && areas.Length == 2 && aspects[0] > 0 && aspects[1] > 0 && areas[0] > 0 && areas[1] > 0 && areas[0] <= 1 && areas[1] <= 1;
        if (!fits || Attempts <= 0 || Covered < 0)
        {
            throw new EngineException(
                StatusCode.InvalidArgument,
                "Aspect ratio range must be two positive numbers, area range two of (0, 1]; max attempts must be positive, min object covered not negative.",
                node.Name);
        }

        (_narrowest, _widest, _smallest, _largest) = (aspects[0], aspects[1], areas[0], areas[1]);
    }

    public long Attempts { get; }

    /// <summary>Whether the whole image is the object where none is given.</summary>
    public bool WithoutBoxes { get; }

    /// <summary>The part of an object that must be seen, where an attribute says it.</summary>
    public float? Covered { get; }

    public static BoxRules Of(GraphOperation node) => new(node);

    /// <summary>A part that fits; the whole image if no attempt gives one.</summary>
    public Area Find(Philox stream, Area image, List<Area> objects, float covered)
    {
        PhiloxWords words = new(stream);
        for (long i = 0; i < Attempts; i++)
        {
            float aspect = Distributions.Uniform(words.Next()) * (_widest - _narrowest) + _narrowest;
            if (Propose(ref words, image.Right, image.Bottom, aspect) is { } area && Shows(area, objects, covered))
            {
                return area;
            }
        }

        return image;
    }

    private static bool Shows(Area area, List<Area> objects, float covered) =>
        area.Size >= 1 && objects.Exists(box => box.Size >= 1 && area.Shared(box) / box.Size >= covered);

    // TensorFlow's steps one by one: what a random number decides depends on each rounding.
    private Area? Propose(ref PhiloxWords words, int width, int height, float aspect)
    {
        if (width <= 0 || height <= 0 || _smallest > _largest)
        {
            return null;
        }

        float least = _smallest * width * height, most = _largest * width * height;
        int rows = Round(MathF.Sqrt(least / aspect)), mostRows = Round(MathF.Sqrt(most / aspect));
        if (Round(mostRows * aspect) > width)
        {
            mostRows = (int)((width + 0.5 - 0.0000001f) / aspect);
            mostRows -= Round(mostRows * aspect) > width ? 1 : 0;
        }

        mostRows = System.Math.Min(mostRows, height);
        rows = System.Math.Min(rows, mostRows);
        if (rows < mostRows)
        {
            rows += Below(ref words, mostRows - rows + 1);
        }

        int columns = Round(rows * aspect);
        float area = unchecked(columns * rows);
        if (area < least)
        {
            rows++;
            columns = Round(rows * aspect);
            area = unchecked(columns * rows);
        }

        if (area > most)
        {
            rows--;
            columns = Round(rows * aspect);
            area = unchecked(columns * rows);
        }

        if (area < least || area > most || columns > width || rows > height || columns <= 0 || rows <= 0)
        {
            return null;
        }

        int top = rows < height ? Below(ref words, height - rows) : 0, left = columns < width ? Below(ref words, width - columns) : 0;
        return new Area(left, top, left + columns, top + rows);
    }

    private static int Round(float value) => (int)MathF.Round(value);

    // Numbers that would favour the lowest results are thrown away.
    private static int Below(ref PhiloxWords words, int limit)
    {
        uint n = (uint)limit, favoured = (n & (n - 1)) == 0 ? 0 : uint.MaxValue % n + 1, word;
        do
        {
            word = words.Next();
        }
        while (word < favoured);
        return (int)(word % n);
    }
}
