using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.DataFlow;

namespace ModelSessions.Cpu.Kernels.List;

/// <summary>Arithmetic on lists, as gradients need it: zeros like a list's elements, sums element by element.</summary>
internal static class VariantKernels
{
    /// <summary>ZerosLike of variants.</summary>
    public static void Zeros(KernelContext context)
    {
        Value source = context.Input(0);
        Span<object?> zeros = context.Allocate(0, source.Dimensions).Objects;
        for (int i = 0; i < zeros.Length; i++)
        {
            zeros[i] = Zeros(source.Objects[i]);
        }
    }

    /// <summary>AddN of variants.</summary>
    public static void Sum(KernelContext context)
    {
        Value first = context.Input(0);
        Span<object?> sum = context.Allocate(0, first.Dimensions).Objects;
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = first.Objects[i];
            for (int k = 1; k < context.InputCount; k++)
            {
                Value other = context.Input(k);
                if (!other.Dimensions.SequenceEqual(first.Dimensions))
                {
                    throw Failure.Invalid($"Variants in shapes {first.Shape} and {other.Shape} cannot be added.");
                }

                sum[i] = Add(sum[i], other.Objects[i]);
            }
        }
    }

    private static object? Zeros(object? variant) => variant switch
    {
        TensorList list => list with { Items = [.. list.Items.Select(Zeros)] },
        Optional { Components: { } components } => new Optional([.. components.Select(component => Zeros(component)!)]),
        _ => variant,
    };

    private static Tensor? Zeros(Tensor? tensor)
    {
        if (tensor is null || tensor.DType != DType.Variant)
        {
            return tensor is null ? null : Tensor.Zeros(tensor.DType, tensor.Shape);
        }

        Tensor zeros = Tensor.Zeros(tensor.DType, tensor.Shape);
        for (int i = 0; i < zeros.Objects.Length; i++)
        {
            zeros.Objects[i] = Zeros(tensor.Objects[i]);
        }

        return zeros;
    }

    private static object Add(object? x, object? y)
    {
        if (x is not TensorList a || y is not TensorList b)
        {
            throw Failure.Invalid("Only lists of tensors can be added, not other variants.");
        }

        a.CheckType(b.DType);
        if (a.Count != b.Count)
        {
            throw Failure.Invalid($"Trying to add two lists of tensors with different lengths. One is {a.Count} and the other is {b.Count}");
        }

        Shape shape = a.Shape.TryMerge(b.Shape, out Shape merged) ? merged : throw Failure.Invalid($"Lists of elements {a.Shape} and {b.Shape} cannot be added.");
        return a with { Shape = shape, Items = [.. a.Items.Select((item, i) => Add(item, b.Items[i]))] };
    }

    private static Tensor? Add(Tensor? x, Tensor? y)
    {
        if (x is null || y is null)
        {
            return x ?? y;
        }

        if (!x.Shape.Equals(y.Shape))
        {
            throw Failure.Invalid($"Elements of shapes {x.Shape} and {y.Shape} cannot be added.");
        }

        Tensor sum = x.Clone();
        if (x.DType == DType.Variant)
        {
            for (int i = 0; i < sum.Objects.Length; i++)
            {
                sum.Objects[i] = Add(x.Objects[i], y.Objects[i]);
            }

            return sum;
        }

        Value target = new(x.DType), other = new(x.DType);
        target.Borrow(sum);
        other.Borrow(y);
        ElementSum.AddTo(target, other);
        return sum;
    }
}
