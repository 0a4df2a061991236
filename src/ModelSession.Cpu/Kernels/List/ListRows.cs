using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.List;

/// <summary>Elements of lists cut out of tensors and put together.</summary>
internal static class ListRows
{
    /// <summary>A part of a value's elements as a tensor.</summary>
    public static Tensor Cut(Value whole, Shape shape, long start)
    {
        Tensor part = Tensor.Uninitialized(whole.DType, shape);
        int count = checked((int)part.ElementCount);
        if (whole.DType.IsObject())
        {
            whole.Objects.Slice((int)start, count).CopyTo(part.Objects);
        }
        else
        {
            int size = whole.DType.Size();
            whole.Memory!.Bytes(start * size, checked(count * size)).CopyTo(part.Bytes());
        }

        return part;
    }

    /// <summary>Writes a tensor's elements into a value.</summary>
    public static void Paste(Tensor part, Value whole, long start)
    {
        if (whole.DType.IsObject())
        {
            part.Objects.CopyTo(whole.Objects[(int)start..]);
        }
        else
        {
            ReadOnlySpan<byte> bytes = part.Bytes();
            bytes.CopyTo(whole.Memory!.Bytes(start * whole.DType.Size(), bytes.Length));
        }
    }

    /// <summary>Elements of a list, one after another along a new first dimension, as an output; zeros where none was set.</summary>
    /// <exception cref="EngineException">Their shapes differ, or are not known where there is nothing.</exception>
    public static void Stack(KernelContext context, TensorList list, ReadOnlySpan<Tensor?> items, Shape wanted)
    {
        Shape shape = list.Known(wanted);
        if (!shape.IsFullyDefined)
        {
            throw Failure.Invalid($"Tried to stack elements of {(items.Length == 0 ? "an empty list" : "a list that holds none")} with non-fully-defined element_shape: {shape}");
        }

        Value whole = context.Allocate(0, [items.Length, .. shape.Dimensions]);
        long length = shape.ElementCount;
        FillKernels.Clear(whole);
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i] is not { } item)
            {
                continue;
            }

            if (!item.Shape.Equals(shape))
            {
                throw Failure.Invalid($"Tried to stack list with tensors of shapes {shape} and {item.Shape}");
            }

            Paste(item, whole, i * length);
        }
    }

    /// <summary>An element as an output; zeros where none was set.</summary>
    /// <exception cref="EngineException">None was set, and the shape is not known.</exception>
    public static void Give(KernelContext context, int output, TensorList list, int index, Shape wanted)
    {
        if (list.Items[index] is { } item)
        {
            // The list keeps it: it is lent, and so never written.
            context.Output(output).Borrow(item);
            return;
        }

        Shape shape = list.Known(wanted);
        if (!shape.IsFullyDefined)
        {
            throw Failure.Invalid($"Trying to read an uninitialized tensor but element_shape is not fully defined: {shape}");
        }

        FillKernels.Clear(context.Allocate(output, shape.Dimensions));
    }

    /// <summary>A shape given as a tensor: a vector of sizes, −1 where one is open; a scalar −1 if all is.</summary>
    /// <exception cref="EngineException">It is none.</exception>
    public static Shape ReadShape(Value sizes)
    {
        if (sizes.Rank == 0)
        {
            return sizes.Integer(0) == -1
                ? Shape.Unknown
                : throw Failure.Invalid($"The only valid scalar shape tensor is the fully unknown shape specified as -1, not {sizes.Integer(0)}.");
        }

        Span<long> shape = stackalloc long[sizes.ShapeLength];
        sizes.CopyIntegers(shape);
        foreach (long size in shape)
        {
            if (size < -1)
            {
                throw Failure.Invalid($"A shape has the size {size}; it must be 0 or more, or -1 if it is open.");
            }
        }

        return new Shape(shape);
    }
}
