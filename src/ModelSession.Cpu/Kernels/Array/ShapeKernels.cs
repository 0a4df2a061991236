using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>What a tensor's shape is, and other shapes for the same elements.</summary>
internal static class ShapeKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("BroadcastArgs", BroadcastArgs);
        table.Add("BroadcastGradientArgs", BroadcastGradientArgs);
        table.Add("EnsureShape", EnsureShape);
        table.Add("ExpandDims", ExpandDims);
        table.Add("Rank", context => context.Allocate(0, []).Span<int>()[0] = context.Input(0).Rank);
        table.Add("Reshape", Reshape);
        table.Add("Shape", context => WriteShape(context, 0));
        table.Add("ShapeN", ShapeN);
        table.Add("Size", context => WriteInteger(context.Allocate(0, []), 0, context.Input(0).LongCount));
        table.Add("Squeeze", Squeeze);
    }

    /// <summary>Writes a number to an int16, int32 or int64 tensor.</summary>
    /// <exception cref="EngineException">It does not fit.</exception>
    public static void WriteInteger(Value target, int index, long value)
    {
        switch (target.DType)
        {
            case DType.Int64:
                target.Span<long>()[index] = value;
                break;
            case DType.Int16:
                target.Span<short>()[index] = value == (short)value ? (short)value : throw Failure.Invalid($"{value} is larger than int16 can hold.");
                break;
            default:
                target.Span<int>()[index] = value == (int)value ? (int)value : throw Failure.Invalid($"{value} is larger than int32 can hold.");
                break;
        }
    }

    private static void WriteShape(KernelContext context, int index)
    {
        Value input = context.Input(index);
        Value shape = context.Allocate(index, [input.Rank]);
        for (int i = 0; i < input.Rank; i++)
        {
            WriteInteger(shape, i, input.Dimensions[i]);
        }
    }

    private static void ShapeN(KernelContext context)
    {
        for (int i = 0; i < context.InputCount; i++)
        {
            WriteShape(context, i);
        }
    }

    private static void Reshape(KernelContext context)
    {
        Value input = context.Input(0), sizes = context.Input(1);
        if (sizes.Rank > 1)
        {
            throw Failure.Invalid($"sizes input must be 1-D, not {sizes.Shape}");
        }

        Span<long> shape = stackalloc long[sizes.ShapeLength];
        sizes.CopyIntegers(shape);
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == -1)
            {
                unknown = unknown < 0 ? i : throw Failure.Invalid($"Only one input size may be -1, not both {unknown} and {i}");
                continue;
            }

            if (shape[i] < 0)
            {
                throw Failure.Invalid($"Size {i} must be non-negative, not {shape[i]}");
            }

            known = shape[i] != 0 && known > long.MaxValue / shape[i] ? throw Failure.Invalid("The requested shape has more than 2^63 - 1 elements.") : known * shape[i];
        }

        if (unknown >= 0)
        {
            shape[unknown] = OpenSize(input.Dimensions, shape, input.LongCount, known);
            known *= shape[unknown];
        }

        if (known != input.LongCount)
        {
            string requested = unknown < 0 ? $"has {known}" : $"requires a multiple of {(known == 0 ? 0 : known / System.Math.Max(1, shape[unknown]))}";
            throw Failure.Invalid($"Input to reshape is a tensor with {input.LongCount} values, but the requested shape {requested}");
        }

        context.Share(0, 0, shape);
    }

    // In a shape with a zero, the open size stands for the sizes of the input that are none.
    private static long OpenSize(ReadOnlySpan<long> input, ReadOnlySpan<long> shape, long count, long known)
    {
        if (known > 0)
        {
            return count / known;
        }

        (long have, long want) = (1, 1);
        foreach (long size in input)
        {
            have *= size == 0 ? 1 : size;
        }

        foreach (long size in shape)
        {
            want *= size <= 0 ? 1 : size;
        }

        return have / want;
    }

    private static void ExpandDims(KernelContext context)
    {
        Value input = context.Input(0);
        long axis = context.Input(1).IntegerScalar("dim");
        if (axis < -1 - input.Rank || axis > input.Rank)
        {
            throw Failure.Invalid($"Tried to expand dim index {axis} for tensor with {input.Rank} dimensions.");
        }

        int at = (int)(axis < 0 ? axis + input.Rank + 1 : axis);
        Span<long> shape = stackalloc long[input.Rank + 1];
        input.Dimensions[..at].CopyTo(shape);
        shape[at] = 1;
        input.Dimensions[at..].CopyTo(shape[(at + 1)..]);
        context.Share(0, 0, shape);
    }

    private static Kernel Squeeze(GraphOperation node, CpuSession session)
    {
        long[] axes = [.. node.Ints("squeeze_dims")];
        return context =>
        {
            Value input = context.Input(0);
            Span<bool> drop = stackalloc bool[input.Rank];
            foreach (long axis in axes)
            {
                if (axis < -input.Rank || axis >= input.Rank)
                {
                    throw Failure.Invalid($"Tried to squeeze dim index {axis} for tensor with {input.Rank} dimensions.");
                }

                drop[(int)(axis < 0 ? axis + input.Rank : axis)] = true;
            }

            Span<long> shape = stackalloc long[input.Rank];
            int rank = 0;
            for (int i = 0; i < input.Rank; i++)
            {
                long size = input.Dimensions[i];
                if (drop[i] && size != 1)
                {
                    throw Failure.Invalid($"Can not squeeze dim[{i}], expected a dimension of 1, got {size}");
                }

                if (axes.Length > 0 ? !drop[i] : size != 1)
                {
                    shape[rank++] = size;
                }
            }

            context.Share(0, 0, shape[..rank]);
        };
    }

    private static Kernel EnsureShape(GraphOperation node, CpuSession session)
    {
        Shape expected = node.Shape("shape");
        return context =>
        {
            Shape found = context.Input(0).Shape;
            if (!expected.IsCompatibleWith(found))
            {
                throw Failure.Invalid($"Shape of tensor {node.Inputs[0].Name} {found} is not compatible with expected shape {expected}.");
            }

            context.Share(0, 0);
        };
    }

    private static void BroadcastArgs(KernelContext context)
    {
        Span<long> x = stackalloc long[context.Input(0).ShapeLength], y = stackalloc long[context.Input(1).ShapeLength];
        context.Input(0).CopyIntegers(x);
        context.Input(1).CopyIntegers(y);
        Span<long> merged = stackalloc long[System.Math.Max(x.Length, y.Length)];
        if (!BroadcastLoop.TryMerge(x, y, merged))
        {
            throw Failure.Invalid($"Incompatible shapes: {new Shape(x)} vs. {new Shape(y)}");
        }

        Value result = context.Allocate(0, [merged.Length]);
        for (int i = 0; i < merged.Length; i++)
        {
            WriteInteger(result, i, merged[i]);
        }
    }

    // For each of two shapes, the dimensions over which the gradient of a broadcasting operation is summed.
    private static void BroadcastGradientArgs(KernelContext context)
    {
        Span<long> x = stackalloc long[context.Input(0).ShapeLength], y = stackalloc long[context.Input(1).ShapeLength];
        context.Input(0).CopyIntegers(x);
        context.Input(1).CopyIntegers(y);
        int rank = System.Math.Max(x.Length, y.Length);
        Span<long> merged = stackalloc long[rank];
        if (!BroadcastLoop.TryMerge(x, y, merged))
        {
            throw Failure.Invalid($"Incompatible shapes: {new Shape(x)} vs. {new Shape(y)}");
        }

        if (x.SequenceEqual(y))
        {
            context.Allocate(0, [0]);
            context.Allocate(1, [0]);
            return;
        }

        WriteReduced(context, 0, x, rank);
        WriteReduced(context, 1, y, rank);
    }

    // TensorFlow lists a dimension that is 1 in both shapes too: summing over it costs nothing.
    private static void WriteReduced(KernelContext context, int output, ReadOnlySpan<long> mine, int rank)
    {
        Span<long> axes = stackalloc long[rank];
        int count = 0;
        for (int i = 0; i < rank; i++)
        {
            int back = rank - i;
            long mySize = back <= mine.Length ? mine[^back] : 1;
            if (mySize == 1)
            {
                axes[count++] = i;
            }
        }

        Value result = context.Allocate(output, [count]);
        for (int i = 0; i < count; i++)
        {
            WriteInteger(result, i, axes[i]);
        }
    }
}
