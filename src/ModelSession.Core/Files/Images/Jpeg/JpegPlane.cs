namespace ModelSessions.Files;

/// <summary>The samples of one component at its own resolution, and how they are stretched to the image's.</summary>
internal sealed class JpegPlane
{
    private readonly byte[] _samples;
    private readonly int _stride;
    private readonly int _left;
    private readonly int _width;
    private readonly int _height;
    private readonly int _expandX;
    private readonly int _expandY;
    private readonly Stretch _stretch;

    /// <summary>Transforms a component.</summary>
    /// <param name="frame">The image.</param>
    /// <param name="component">The component.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="window">The columns of the (scaled) image that are wanted; the first one starts a unit.</param>
    public JpegPlane(JpegFrame frame, JpegComponent component, JpegOptions options, (int Left, int Width) window)
    {
        int least = 8 / options.Ratio, size = BlockSize(frame, component, least);
        int across = component.Across * size / least, down = component.Down * size / least;
        if (frame.MostAcross % across != 0 || frame.MostDown % down != 0)
        {
            throw ImageFault.Unsupported("JPEG", $"its sampling {component.Across} by {component.Down} is no whole part of {frame.MostAcross} by {frame.MostDown}.");
        }

        (_expandX, _expandY) = (frame.MostAcross / across, frame.MostDown / down);
        _stride = component.StoredWide * size;
        _left = window.Left * across / frame.MostAcross;
        _height = JpegComponent.Ceiling((long)frame.Height * component.Down * size, 8L * frame.MostDown);
        int whole = JpegComponent.Ceiling((long)frame.Width * component.Across * size, 8L * frame.MostAcross);
        bool isWhole = window.Width == JpegComponent.Ceiling(frame.Width, options.Ratio);

        // Of a part, libjpeg counts the component's columns anew, but keeps the way to stretch unless less than two are left.
        _width = isWhole ? whole : JpegComponent.Ceiling((long)window.Width * component.Across, frame.MostAcross);
        bool smooth = options.IsFancy && least > 1 && (_width < 2 && whole >= 2 ? _width : whole) > 2;
        _stretch = (_expandX, _expandY) switch
        {
            (2, 1) when smooth => Stretch.SmoothAcross,
            (1, 2) when options.IsFancy && least > 1 => Stretch.SmoothDown,
            (2, 2) when smooth => Stretch.SmoothBoth,
            _ => Stretch.Repeat,
        };
        _samples = Decode(component, size, options.IsFast, _stride);
    }

    private enum Stretch
    {
        Repeat,
        SmoothAcross,
        SmoothDown,
        SmoothBoth,
    }

    /// <summary>Whether a row depends on the samples above and below.</summary>
    public bool NeedsNeighbours => _stretch is Stretch.SmoothDown or Stretch.SmoothBoth;

    /// <summary>A row of the image.</summary>
    /// <param name="y">The row, of the whole image.</param>
    /// <param name="target">Room for the wanted columns, and one more.</param>
    public void ReadRow(int y, Span<byte> target)
    {
        int near = y / _expandY, far = Math.Clamp(y % 2 == 0 ? near - 1 : near + 1, 0, _height - 1);
        switch (_stretch)
        {
            case Stretch.SmoothAcross:
                SmoothAcross(Row(near), target);
                break;
            case Stretch.SmoothDown:
                SmoothDown(Row(near), Row(far), y % 2 == 0 ? 1 : 2, target);
                break;
            case Stretch.SmoothBoth:
                SmoothBoth(Row(near), Row(far), target);
                break;
            default:
                Repeat(_samples.AsSpan(near * _stride + _left, _stride - _left), target);
                break;
        }
    }

    private static int BlockSize(JpegFrame frame, JpegComponent component, int least)
    {
        int size = least;
        while (size < 8 && frame.MostAcross * least % (component.Across * size * 2) == 0 && frame.MostDown * least % (component.Down * size * 2) == 0)
        {
            size *= 2;
        }

        return size;
    }

    private static byte[] Decode(JpegComponent component, int size, bool fast, int stride)
    {
        byte[] samples = new byte[(long)stride * component.StoredHigh * size];
        int[] steps = InverseDct.Steps(component.Quantization!, size, fast);
        InverseDct.Transform transform = InverseDct.Of(size, fast);
        for (int row = 0; row < component.StoredHigh; row++)
        {
            for (int column = 0; column < component.StoredWide; column++)
            {
                transform(component.Block(row, column), steps, samples.AsSpan(row * size * stride + column * size), stride);
            }
        }

        return samples;
    }

    private ReadOnlySpan<byte> Row(int y) => _samples.AsSpan(y * _stride + _left, Math.Min(_width, _stride - _left));

    private void Repeat(ReadOnlySpan<byte> row, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            target[x] = row[Math.Min(x / _expandX, row.Length - 1)];
        }
    }

    // Three quarters of the nearer sample, one of the further; halves go down and up in turn.
    private static void SmoothAcross(ReadOnlySpan<byte> row, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            int at = Math.Min(x / 2, row.Length - 1), other = x % 2 == 0 ? at - 1 : at + 1;
            target[x] = other < 0 || other >= row.Length ? row[at] : (byte)((3 * row[at] + row[other] + 1 + x % 2) >> 2);
        }
    }

    private static void SmoothDown(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int bias, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            int at = Math.Min(x, near.Length - 1);
            target[x] = (byte)((3 * near[at] + far[at] + bias) >> 2);
        }
    }

    private static void SmoothBoth(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            int at = Math.Min(x / 2, near.Length - 1), other = x % 2 == 0 ? at - 1 : at + 1;
            int sum = 3 * near[at] + far[at];
            int further = other < 0 || other >= near.Length ? sum : 3 * near[other] + far[other];
            target[x] = (byte)((3 * sum + further + 8 - x % 2) >> 4);
        }
    }
}
