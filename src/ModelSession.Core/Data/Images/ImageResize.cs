using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Resizes pictures by linear interpolation between the centres of pixels, as <c>tf.image.resize</c>: those at the border stand for
/// what is beyond it.</summary>
internal static class ImageResize
{
    /// <summary>Writes a picture in another size.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="height">The rows wanted.</param>
    /// <param name="width">The pixels wanted in a row.</param>
    /// <param name="target">Takes height × width × channels numbers of 0 to 255.</param>
    public static void Into(Pixels<byte> picture, int height, int width, Span<float> target)
    {
        if (picture.Height == height && picture.Width == width)
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = picture.Values[i];
            }

            return;
        }

        Place[] rows = Places(picture.Height, height), columns = Places(picture.Width, width);
        int channels = picture.Channels;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> upper = picture.Row(rows[y].First), lower = picture.Row(rows[y].Second);
            Span<float> row = target.Slice(y * width * channels, width * channels);
            for (int x = 0; x < width; x++)
            {
                (int left, int right) = (columns[x].First * channels, columns[x].Second * channels);
                for (int c = 0; c < channels; c++)
                {
                    float top = Between(upper[left + c], upper[right + c], columns[x].Weight);
                    row[x * channels + c] = Between(top, Between(lower[left + c], lower[right + c], columns[x].Weight), rows[y].Weight);
                }
            }
        }
    }

    private static float Between(float a, float b, float weight) => a + (b - a) * weight;

    private static Place[] Places(int from, int to)
    {
        float scale = (float)from / to;
        Place[] places = new Place[to];
        for (int i = 0; i < to; i++)
        {
            float at = (i + 0.5f) * scale - 0.5f, floor = MathF.Floor(at);
            places[i] = new Place(Math.Clamp((int)floor, 0, from - 1), Math.Clamp((int)MathF.Ceiling(at), 0, from - 1), at - floor);
        }

        return places;
    }

    /// <summary>Between which two pixels a new one lies, and how near to the second.</summary>
    private readonly record struct Place(int First, int Second, float Weight);
}
