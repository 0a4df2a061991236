namespace ModelSessions.Data;

/// <summary>The order of a pixel's numbers.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red, as OpenCV and Caffe have it.</summary>
    Bgr,
}

/// <summary>How an image file becomes an array [height, width, channels]: decoded to so many channels and, where its size differs, resized by
/// linear interpolation between the centres of pixels (<c>tf.image.resize</c>).</summary>
/// <param name="Height">The rows.</param>
/// <param name="Width">The pixels of a row.</param>
/// <param name="Channels">1 for grey, 3 for colours.</param>
/// <param name="Order">The order of colours.</param>
public sealed record ImageForm(int Height, int Width, int Channels, ChannelOrder Order = ChannelOrder.Rgb)
{
    /// <summary>The largest side, in pixels: what is larger was meant otherwise.</summary>
    public const int LargestSide = 1 << 14;

    /// <summary>The shape of an image.</summary>
    internal Shape Shape => Channels > 0 ? [Height, Width, Channels] : Shape.Unknown;

    /// <summary>Makes sure that it can be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side or the number of channels is wrong.</exception>
    public void Check()
    {
        if (Height is < 1 or > LargestSide || Width is < 1 or > LargestSide)
        {
            throw new ArgumentOutOfRangeException(null, $"An image of {Height} × {Width} pixels makes no sense; sides are 1 to {LargestSide}.");
        }

        if (Channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(null, $"Images have 1 channel (grey) or 3 (colours), not {Channels}.");
        }
    }

    /// <summary><c>64 × 64 × 3, BGR</c>.</summary>
    public override string ToString() => $"{Height} × {Width} × {Channels}{(Channels == 3 ? Order == ChannelOrder.Rgb ? ", RGB" : ", BGR" : "")}";
}
