namespace ModelSessions;

/// <summary>Images as data of a training: <c>tf.image</c>. An image is [height, width, channels], float32; what takes one takes a batch of them, too,
/// unless it says otherwise.</summary>
public sealed class ImageBuilder
{
    private readonly GraphBuilder _g;

    internal ImageBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A block of a tensor at a place by chance.</summary>
    /// <param name="value">The tensor, of a known shape.</param>
    /// <param name="size">The block's size in each dimension.</param>
    /// <param name="seed">The operation's seed.</param>
    /// <param name="name"><c>random_crop</c> if null.</param>
    public GraphTensor RandomCrop(GraphTensor value, long[] size, long? seed = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        using GraphScope scope = _g.NameScope(name ?? "random_crop");
        GraphTensor sizes = _g.Constant(Scalars.CreateVector(size, DType.Int32), "size");
        GraphTensor shape = _g.ShapeOf(value);
        GraphTensor fits = _g.Add("All", shape.GreaterEqual(sizes), _g.Constant(Tensor.From<int>([0])));
        GraphOperation check = Check(fits, "Need value.shape >= size, got ", shape, sizes);
        GraphTensor known;
        using (_g.ControlDependencies(check))
        {
            known = _g.Identity(shape, "control_dependency");
        }

        GraphTensor places = known - sizes + 1;
        GraphTensor offset = _g.RandomUniform(_g.ShapeOf(known), 0, int.MaxValue, DType.Int32, seed) % places;
        return _g.Slice(value, offset, sizes, scope.Name);
    }

    /// <summary>An image mirrored left to right, by a chance of one half.</summary>
    /// <param name="image">One image.</param>
    /// <param name="seed">The operation's seed.</param>
    /// <param name="name"><c>random_flip_left_right</c> if null.</param>
    public GraphTensor RandomFlipLeftRight(GraphTensor image, long? seed = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using GraphScope scope = _g.NameScope(name ?? "random_flip_left_right");
        GraphTensor known = _g.Identity(image, "control_dependency");
        GraphTensor chance;
        using (_g.NameScope("random_uniform"))
        {
            GraphTensor shape = _g.Constant(Scalars.CreateVector([], DType.Int32), "shape");
            _g.Constant(0, name: "min");
            GraphTensor high = _g.Constant(1, name: "max");
            (long first, long second) = _g.Seeds(seed);
            chance = _g.Times(_g.Add("RandomUniform", null, new() { ["dtype"] = DType.Float32, ["seed"] = first, ["seed2"] = second }, shape), high, "Mul");
        }

        GraphTensor result = _g.Cond(
            chance.Less(0.5), () => _g.Add("ReverseV2", null, null, known, _g.Constant(Tensor.From<int>([1]), "ReverseV2/axis")), () => known, scope.Name);
        result.MergeShape(image.Shape);
        return result;
    }

    /// <summary>A number by chance, from −<paramref name="maxDelta"/> to <paramref name="maxDelta"/>, added to all of an image.</summary>
    public GraphTensor RandomBrightness(GraphTensor image, double maxDelta, long? seed = null) =>
        AdjustBrightness(image, _g.RandomUniform((long[])[], -maxDelta, maxDelta, seed: seed));

    /// <summary>A number added to all of an image.</summary>
    public GraphTensor AdjustBrightness(GraphTensor image, Operand delta)
    {
        ArgumentNullException.ThrowIfNull(image);
        using GraphScope scope = _g.NameScope("adjust_brightness");
        return _g.Identity(_g.Add("AddV2", scope.Name, null, image, delta.ToTensor(_g, image.DType, "Cast/x")));
    }

    /// <summary>Contrast multiplied by a number by chance.</summary>
    public GraphTensor RandomContrast(GraphTensor image, double lower, double upper, long? seed = null) =>
        AdjustContrast(image, _g.RandomUniform((long[])[], lower, upper, seed: seed));

    /// <summary>Each channel's distance from its mean multiplied.</summary>
    public GraphTensor AdjustContrast(GraphTensor image, Operand factor)
    {
        using GraphScope scope = _g.NameScope("adjust_contrast");
        return _g.Identity(_g.Add("AdjustContrastv2", scope.Name, null, image, factor));
    }

    /// <summary>An image with mean 0 and standard deviation 1, or less where all of it is nearly the same.</summary>
    public GraphTensor PerImageStandardization(GraphTensor image, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using GraphScope scope = _g.NameScope(name ?? "per_image_standardization");
        GraphTensor known = _g.Cast(_g.Identity(image, "control_dependency"), DType.Float32);
        GraphTensor count = _g.ReduceProd(_g.Range(_g.ShapeOf(known), -3, null));
        Operand axes = (long[])[-1, -2, -3];
        GraphTensor mean = _g.ReduceMean(known, axes, keepDims: true);
        GraphTensor deviation;
        using (_g.NameScope("reduce_std"))
        {
            GraphTensor variance;
            using (_g.NameScope("reduce_variance"))
            {
                GraphTensor squares = _g.Square(known - _g.ReduceMean(known, axes, keepDims: true));
                variance = _g.ReduceMean(squares, axes, keepDims: true);
            }

            deviation = _g.Sqrt(variance);
        }

        GraphTensor least = _g.Add("Rsqrt", _g.Cast(count, DType.Float32));
        GraphTensor divisor = _g.Maximum(deviation, least);
        return _g.Add("RealDiv", scope.Name, null, known - mean, divisor);
    }

    private GraphOperation Check(GraphTensor condition, string message, params GraphTensor[] data)
    {
        using GraphScope scope = _g.NameScope("Assert");
        _g.Constant(Tensor.Scalar(message));
        return _g.AddOperation("Assert", null, new() { ["summarize"] = 1000 }, [condition, Tensor.Scalar(message), .. data.Select(tensor => (Operand)tensor)]);
    }
}
