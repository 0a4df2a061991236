using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Tensors of elements: rows taken from them, batches made of them.</summary>
internal static class Elements
{
    /// <summary>A scalar that holds a dataset, or another object.</summary>
    public static Tensor Wrap(object variant)
    {
        Tensor scalar = Tensor.Zeros(DType.Variant, Shape.Scalar);
        scalar.Objects[0] = variant;
        return scalar;
    }

    /// <summary>A scalar string.</summary>
    public static Tensor Text(byte[] text)
    {
        Tensor scalar = Tensor.Zeros(DType.String, Shape.Scalar);
        scalar.Objects[0] = text;
        return scalar;
    }

    /// <summary>A row of a tensor. Elements never change: it shares the memory.</summary>
    public static Tensor Row(Tensor tensor, long row, Shape shape) => Part(tensor, shape, row * shape.ElementCount);

    /// <summary>Rows of a tensor.</summary>
    public static Tensor Rows(Tensor tensor, long start, long count) =>
        Part(tensor, tensor.Shape.With(0, count), tensor.Shape[0] == 0 ? 0 : start * (tensor.ElementCount / tensor.Shape[0]));

    /// <summary>Elements one above the other: a batch.</summary>
    /// <param name="elements">At least one.</param>
    /// <param name="iteration">Knows how much memory there may be.</param>
    /// <exception cref="EngineException">They differ in number, type or shape of their components.</exception>
    public static Tensor[] Stack(IReadOnlyList<Tensor[]> elements, Iteration iteration)
    {
        Tensor[] batch = new Tensor[elements[0].Length];
        for (int component = 0; component < batch.Length; component++)
        {
            Tensor first = elements[0][component];
            Tensor stacked = batch[component] = iteration.NewTensor(first.DType, [elements.Count, .. first.Shape.Dimensions]);
            for (int i = 0; i < elements.Count; i++)
            {
                Tensor tensor = elements[i].Length == batch.Length ? elements[i][component] : throw Failure.Invalid("Cannot batch elements with different numbers of components.");
                if (!tensor.Shape.Equals(first.Shape) || tensor.DType != first.DType)
                {
                    throw Failure.Invalid(
                        $"Cannot batch tensors with different shapes in component {component}. First element had shape {first.Shape} and element {i} had shape {tensor.Shape}.");
                }

                Copy(tensor, 0, stacked, i * first.ElementCount, first.ElementCount);
            }
        }

        return batch;
    }

    /// <summary>Copies elements from one tensor to another of its type.</summary>
    public static void Copy(Tensor source, long from, Tensor target, long to, long count)
    {
        if (source.DType.IsObject())
        {
            source.Objects.Slice((int)from, (int)count).CopyTo(target.Objects[(int)to..]);
            return;
        }

        const int part = 1 << 30;
        long size = source.DType.Size();
        for (long at = 0, length = count * size; at < length; at += part)
        {
            int step = (int)System.Math.Min(part, length - at);
            source.Buffer.Bytes(from * size + at, step).CopyTo(target.Buffer.Bytes(to * size + at, step));
        }
    }

    /// <summary>The shapes of batches.</summary>
    /// <param name="shapes">The shapes of what is batched.</param>
    /// <param name="size">How many there are in a batch; −1 if that differs.</param>
    public static Shape[] Batched(IReadOnlyList<Shape> shapes, long size) =>
        [.. shapes.Select(shape => shape.HasRank ? new Shape([size, .. shape.Dimensions]) : Shape.Unknown)];

    /// <summary>Makes sure that an element is as it was said to be.</summary>
    /// <exception cref="EngineException">It is not (InvalidArgument).</exception>
    public static void Check(IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes, Tensor[] element)
    {
        CheckTypes(types, [.. element.Select(component => component.DType)]);
        CheckShapes(shapes, [.. element.Select(component => component.Shape)]);
    }

    /// <inheritdoc cref="Check"/>
    public static void CheckTypes(IReadOnlyList<DType> expected, IReadOnlyList<DType> found)
    {
        CheckCount("types", expected.Count, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            if (expected[i] != found[i])
            {
                throw Failure.Invalid($"Data type mismatch at component {i}: expected {expected[i].Name()} but got {found[i].Name()}.");
            }
        }
    }

    /// <inheritdoc cref="Check"/>
    public static void CheckShapes(IReadOnlyList<Shape> expected, IReadOnlyList<Shape> found)
    {
        CheckCount("shapes", expected.Count, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            if (!expected[i].IsCompatibleWith(found[i]))
            {
                throw Failure.Invalid($"Incompatible shapes at component {i}: expected {expected[i]} but got {found[i]}.");
            }
        }
    }

    private static void CheckCount(string what, int expected, int found)
    {
        if (expected != found)
        {
            throw Failure.Invalid($"Number of components does not match: expected {expected} {what} but got {found}.");
        }
    }

    private static Tensor Part(Tensor tensor, Shape shape, long start)
    {
        long count = shape.ElementCount;
        if (!tensor.DType.IsObject())
        {
            int size = tensor.DType.Size();
            return new Tensor(tensor.DType, shape, tensor.Buffer.Slice(start * size, count * size));
        }

        Tensor part = Tensor.Zeros(tensor.DType, shape);
        Copy(tensor, start, part, 0, count);
        return part;
    }
}
