using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Sizes of images and of what they are resized to.</summary>
internal readonly record struct ResizeShape(int Batch, int Height, int Width, int Channels, int OutHeight, int OutWidth)
{
    /// <summary>Numbers of an image.</summary>
    public int ImageLength => Height * Width * Channels;

    public int OutRowLength => OutWidth * Channels;

    public int OutLength => OutHeight * OutRowLength;

    /// <summary>Reads images (input 0) and size (input 1).</summary>
    /// <exception cref="EngineException">They are not as they must be (InvalidArgument).</exception>
    public static ResizeShape Of(KernelContext context)
    {
        Value images = context.Input(0);
        if (images.Rank != 4)
        {
            throw Failure.Invalid($"input must be 4-dimensional{images.Shape}");
        }

        (long height, long width) = Size(context.Input(1));
        ReadOnlySpan<long> size = images.Dimensions;
        if (height <= 0 || width <= 0)
        {
            throw Failure.Invalid($"output dimensions must be positive, not {height} by {width}");
        }

        if (size[1] <= 0 || size[2] <= 0 || size[3] <= 0)
        {
            throw Failure.Invalid(size[3] <= 0 ? "image must have at least one channel" : "input image must be of non-zero size");
        }

        return new ResizeShape(Fit(size[0]), Fit(size[1]), Fit(size[2]), Fit(size[3]), Fit(height), Fit(width));
    }

    /// <summary>Reads a gradient (input 0) and the images that were resized (input 1); the sizes are the images', the out sizes the gradient's.</summary>
    /// <exception cref="EngineException">They are not as they must be (InvalidArgument).</exception>
    public static ResizeShape OfGradient(KernelContext context)
    {
        Value gradient = context.Input(0), images = context.Input(1);
        if (gradient.Rank != 4 || images.Rank != 4)
        {
            throw Failure.Invalid($"input_grad and original_image must be 4-dimensional, not {gradient.Shape} and {images.Shape}");
        }

        ReadOnlySpan<long> from = images.Dimensions, to = gradient.Dimensions;
        if (from[0] != to[0] || from[3] != to[3] || from[1] <= 0 || from[2] <= 0 || to[1] <= 0 || to[2] <= 0)
        {
            throw Failure.Invalid($"A gradient of shape {gradient.Shape} is none of images of shape {images.Shape}: batch and channels must be the same, sizes not 0");
        }

        return new ResizeShape(Fit(from[0]), Fit(from[1]), Fit(from[2]), Fit(from[3]), Fit(to[1]), Fit(to[2]));
    }

    /// <summary>Height and width from a vector of two.</summary>
    public static (long Height, long Width) Size(Value size) => size.Rank == 1 && size.LongCount == 2
        ? (size.Integer(0), size.Integer(1))
        : throw Failure.Invalid($"shape_t must be 1-dimensional and have two elements, not {size.Shape}");

    private static int Fit(long size) => size <= int.MaxValue ? (int)size : throw Failure.Invalid($"input sizes must be between 0 and max int32, not {size}");
}
