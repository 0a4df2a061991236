using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Many elements of a tensor array at once, as rows or stretches of one tensor.</summary>
internal static class TensorArrayRowKernels
{
    public static void Register(KernelTable table)
    {
        foreach (string version in TensorArrayKernels.Versions)
        {
            table.Elements<Concat>($"TensorArrayConcat{version}", "dtype");
            table.Elements<Gather>($"TensorArrayGather{version}", "dtype");
            table.Elements<Scatter>($"TensorArrayScatter{version}");
            table.Elements<Split>($"TensorArraySplit{version}");
        }

        // All elements: first names of Gather and Scatter.
        table.Elements<Gather>("TensorArrayPack", "dtype");
        table.Elements<Scatter>("TensorArrayUnpack");
    }

    private readonly struct Gather : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            DType dtype = node.DType("dtype");
            Shape stated = node.Shape("element_shape");
            return context =>
            {
                TensorArray array = TensorArrayKernels.Array(context, dtype);
                Value item = new(dtype);
                Value? indices = context.InputCount == 3 ? context.Input(1) : null;
                if (indices is { Rank: not 1 })
                {
                    throw array.Error($"Expected indices to be a vector, but received shape: {indices.Shape}");
                }

                if (!array.Shape.TryMerge(stated, out Shape known))
                {
                    throw array.Error($"Inconsistent element_shape: {stated} of the op and {array.Shape} of the array.");
                }

                int count = indices?.Count ?? array.Count;
                Rows<T> rows = new(context, count);
                for (int i = 0; i < count; i++)
                {
                    array.Read(indices?.Integer(i) ?? i, item, context);
                    rows.Put(array, i, item);
                }

                if (count == 0)
                {
                    rows.Empty(array, known);
                }
            };
        }
    }

    /// <summary>Puts elements of one shape together along a new first dimension.</summary>
    private ref struct Rows<T>(KernelContext context, int count)
    {
        private Shape? _shape;

        public void Put(TensorArray array, int index, Value item)
        {
            try
            {
                if (_shape is null)
                {
                    _shape = item.Shape;
                    context.Allocate(0, [count, .. item.Dimensions]);
                }
                else if (!_shape.Equals(item.Shape))
                {
                    throw array.Error($"TensorArray has inconsistent shapes. Index 0 has shape: {_shape} but index {index} has shape: {item.Shape}");
                }

                item.Elements<T>().CopyTo(context.Output(0).Elements<T>()[(index * item.Count)..]);
            }
            finally
            {
                item.Clear();
            }
        }

        public readonly void Empty(TensorArray array, Shape known)
        {
            if (!known.IsFullyDefined)
            {
                throw new EngineException(
                    StatusCode.Unimplemented,
                    $"{array.Error("").Message}TensorArray has size zero, but element shape {known} is not fully defined. Currently only static shapes are supported when packing zero-size TensorArrays.");
            }

            context.Allocate(0, [0, .. known.Dimensions]);
        }
    }

    private readonly struct Scatter : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            TensorArray array = TensorArrayKernels.Array(context, node.DType("T"));
            Value? indices = context.InputCount == 4 ? context.Input(1) : null;
            Value value = context.Input(context.InputCount - 2);
            if (indices is { Rank: not 1 } || value.Rank == 0 || (indices is not null && value.Dimensions[0] != indices.LongCount))
            {
                throw array.Error($"Expected len(indices) == values.shape[0], but saw: {indices?.Shape} and {value.Shape}");
            }

            int count = (int)value.Dimensions[0], length = count == 0 ? 0 : value.Count / count;
            if (indices is null && !array.IsDynamic && count != array.Count)
            {
                throw array.Error($"Input value must have first dimension equal to the array size ({count} vs. {array.Count})");
            }

            for (int i = 0; i < count; i++)
            {
                WritePart<T>(context, array, indices?.Integer(i) ?? i, value, value.Dimensions[1..], i * length, length);
            }

            context.Share(0, context.InputCount - 1);
        };
    }

    private readonly struct Split : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            TensorArray array = TensorArrayKernels.Array(context, node.DType("T"));
            Value value = context.Input(1), lengths = context.Input(2);
            if (lengths.Rank != 1 || value.Rank == 0)
            {
                throw array.Error($"Expected lengths to be a vector and the value to have a dimension at least, received shapes: {lengths.Shape} and {value.Shape}");
            }

            ReadOnlySpan<long> parts = lengths.Span<long>();
            long sum = 0;
            foreach (long part in parts)
            {
                sum = part >= 0 ? checked(sum + part) : throw array.Error($"A length is {part}.");
            }

            if (sum != value.Dimensions[0])
            {
                throw array.Error($"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {sum} and value's shape is: {value.Shape}");
            }

            if (array.Count != parts.Length && !array.IsDynamic)
            {
                throw array.Error($"TensorArray's size is not equal to the size of lengths ({array.Count} vs. {parts.Length}), and the TensorArray is not marked as dynamically resizeable");
            }

            int row = sum == 0 ? 0 : (int)(value.Count / sum), at = 0;
            Span<long> shape = stackalloc long[value.Rank];
            value.Dimensions.CopyTo(shape);
            for (int i = 0; i < parts.Length; i++)
            {
                shape[0] = parts[i];
                WritePart<T>(context, array, i, value, shape, at, (int)parts[i] * row);
                at += (int)parts[i] * row;
            }

            context.Share(0, 3);
        };
    }

    private static void WritePart<T>(KernelContext context, TensorArray array, long index, Value whole, ReadOnlySpan<long> shape, int start, int length)
    {
        Value part = new(whole.DType);
        context.Fill(part, shape);
        whole.Elements<T>().Slice(start, length).CopyTo(part.Elements<T>());
        try
        {
            array.Write(context, index, part);
        }
        finally
        {
            part.Clear();
        }
    }

    private readonly struct Concat : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            DType dtype = node.DType("dtype");
            Shape stated = node.Shape("element_shape_except0");
            return context =>
            {
                TensorArray array = TensorArrayKernels.Array(context, dtype);
                Value[] items = new Value[array.Count];
                try
                {
                    long rows = 0;
                    for (int i = 0; i < items.Length; i++)
                    {
                        array.Read(i, items[i] = new Value(dtype), context);
                        CheckPart(array, i, items[0], items[i]);
                        rows += items[i].Dimensions[0];
                    }

                    if (items.Length == 0 && !stated.IsFullyDefined)
                    {
                        throw new EngineException(StatusCode.Unimplemented, $"{array.Error("").Message}TensorArray has size zero, but element_shape_except0 {stated} is not fully defined. Currently only static shapes are supported when concatenating zero-size TensorArrays.");
                    }

                    Span<long> shape = [rows, .. items.Length == 0 ? stated.Dimensions : items[0].Dimensions[1..]];
                    Span<T> whole = context.Allocate(0, shape).Elements<T>();
                    Span<long> lengths = context.Allocate(1, [items.Length]).Span<long>();
                    for (int i = 0; i < items.Length; i++)
                    {
                        items[i].Elements<T>().CopyTo(whole);
                        whole = whole[items[i].Count..];
                        lengths[i] = items[i].Dimensions[0];
                    }
                }
                finally
                {
                    foreach (Value? item in items)
                    {
                        item?.Clear();
                    }
                }
            };
        }

        private static void CheckPart(TensorArray array, int index, Value first, Value item)
        {
            if (item.Rank == 0)
            {
                throw array.Error($"Concat saw a scalar shape at index {index} but requires at least vectors. Did you mean to call pack?");
            }

            if (first.Rank != item.Rank || !first.Dimensions[1..].SequenceEqual(item.Dimensions[1..]))
            {
                throw array.Error($"TensorArray has inconsistent shapes. Index 0 has (excepting dimension 0) shape: {first.Shape} but index {index} has shape: {item.Shape}");
            }
        }
    }
}
