using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>What a node's attributes and inputs say of the features that it reads.</summary>
internal static class FeatureSpecs
{
    /// <summary>The shapes of dense features. The first size may be unknown if that is allowed.</summary>
    /// <exception cref="EngineException">A shape is not known so far.</exception>
    public static IReadOnlyList<Shape> DenseShapes(GraphOperation node, string attribute, bool mayVary)
    {
        IReadOnlyList<Shape> shapes = node.ShapeList(attribute);
        for (int i = 0; i < shapes.Count; i++)
        {
            Shape shape = shapes[i];
            if (!shape.HasRank || shape.Dimensions[(mayVary && shape.Rank > 0 ? 1 : 0)..].Contains(Shape.UnknownDimension))
            {
                throw new EngineException(
                    StatusCode.InvalidArgument,
                    $"{attribute}[{i}] has unknown rank or unknown{(mayVary ? " inner" : "")} dimensions: {shape}",
                    node.Name);
            }
        }

        return shapes;
    }

    /// <summary>The strings of a vector.</summary>
    public static List<byte[]> Keys(Value vector) => [.. Enumerable.Range(0, vector.Count).Select(i => Text.At(vector, i))];

    /// <summary>The strings of scalar inputs.</summary>
    public static List<byte[]> Keys(KernelContext context, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => Text.Scalar(context.Input(i), "a feature's key"))];

    /// <summary>Sparse or ragged features.</summary>
    public static List<Feature> Plain(IReadOnlyList<byte[]> keys, IReadOnlyList<DType> types, bool isList = false)
    {
        CheckCount(keys, types.Count, "types");
        return [.. keys.Select((key, i) => new Feature(key, types[i]) { IsList = isList })];
    }

    /// <summary>Dense features with the defaults in the inputs from <paramref name="firstDefault"/> on.</summary>
    public static List<Feature> Dense(
        KernelContext context, IReadOnlyList<byte[]> keys, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes, int firstDefault)
    {
        CheckCount(keys, types.Count, "types");
        CheckCount(keys, shapes.Count, "dense shapes");
        List<Feature> features = [];
        for (int i = 0; i < keys.Count; i++)
        {
            Value value = context.Input(firstDefault + i);
            Feature feature = new(keys[i], types[i]) { Shape = shapes[i], Default = value };
            if (feature.IsVariable && value.LongCount != 1)
            {
                throw Failure.Invalid(
                    $"dense_shape[{i}] is a variable length shape: {shapes[i]}, therefore def_value[{i}] must contain a single element (the padding element). But its shape is: {value.Shape}");
            }

            if (!feature.IsVariable && value.LongCount > 0 && !value.Shape.Equals(shapes[i]))
            {
                throw Failure.Invalid($"def_value[{i}].shape() == {value.Shape} is not compatible with dense_shapes_[{i}] == {shapes[i]}");
            }

            features.Add(feature);
        }

        return features;
    }

    /// <summary>Dense lists of features.</summary>
    public static List<Feature> DenseLists(
        IReadOnlyList<byte[]> keys, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes, Func<int, bool> mayLack)
    {
        CheckCount(keys, types.Count, "types");
        CheckCount(keys, shapes.Count, "dense shapes");
        return [.. keys.Select((key, i) => new Feature(key, types[i]) { Shape = shapes[i], IsList = true, MayLack = mayLack(i) })];
    }

    private static void CheckCount(IReadOnlyList<byte[]> keys, int count, string what)
    {
        if (keys.Count != count)
        {
            throw Failure.Invalid($"There are {keys.Count} keys of features, but {count} {what}.");
        }
    }
}
