using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.List;

/// <summary>Lists made of tensors, and tensors of lists.</summary>
internal static class ListTensorKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("TensorListConcat", (node, _) =>
        {
            Shape shape = node.Shape("element_shape");
            return context => Concat(context, shape, leading: null);
        });
        table.Add("TensorListConcatV2", context => Concat(context, ListRows.ReadShape(context.Input(1)), context.Input(2)));
        table.Add("TensorListFromTensor", FromTensor);
        table.Add("TensorListGather", Gather);
        table.Add("TensorListPushBackBatch", PushBackBatch);
        table.Add("TensorListScatter", context => Scatter(context, count: -1));
        table.Add("TensorListScatterIntoExistingList", ScatterInto);
        table.Add("TensorListScatterV2", context => Scatter(context, context.Input(3).IntegerScalar("num_elements")));
        table.Add("TensorListSplit", Split);
        table.Add("TensorListStack", Stack);
    }

    private static void FromTensor(KernelContext context)
    {
        Value tensor = context.Input(0);
        Shape row = Row(tensor), stated = ListRows.ReadShape(context.Input(1));
        if (!stated.IsCompatibleWith(row))
        {
            throw Failure.Invalid($"Specified a list with shape {stated} from a tensor with shape {row}");
        }

        TensorListKernels.Give(context, new TensorList(tensor.DType, stated, -1, Rows(tensor, row)));
    }

    private static Kernel Stack(GraphOperation node, CpuSession session)
    {
        long count = node.Int("num_elements");
        return context =>
        {
            TensorList list = TensorListKernels.List(context, 0);
            list.CheckType(context.Output(0).DType);
            if (count >= 0 && list.Count != count)
            {
                throw Failure.Invalid($"Operation expected a list with {count} elements but got a list with {list.Count} elements.");
            }

            ListRows.Stack(context, list, list.Items, ListRows.ReadShape(context.Input(1)));
        };
    }

    private static void Gather(KernelContext context)
    {
        TensorList list = TensorListKernels.List(context, 0);
        list.CheckType(context.Output(0).DType);
        Value indices = context.Input(1);
        Tensor?[] items = new Tensor?[indices.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = list.Items[list.CheckIndex(indices.Integer(i))];
        }

        ListRows.Stack(context, list, items, ListRows.ReadShape(context.Input(2)));
    }

    private static void Scatter(KernelContext context, long count)
    {
        Value tensor = context.Input(0), indices = context.Input(1);
        long largest = -1;
        for (int i = 0; i < indices.Count; i++)
        {
            largest = System.Math.Max(largest, indices.Integer(i));
        }

        if (count < -1 || (count >= 0 && largest >= count))
        {
            throw Failure.Invalid($"TensorListScatter: Trying to scatter at index {largest} in list with size {count}");
        }

        TensorList list = new(tensor.DType, ListRows.ReadShape(context.Input(2)), -1, new Tensor?[count < 0 ? largest + 1 : count]);
        TensorListKernels.Give(context, Scatter(list, tensor, indices));
    }

    private static void ScatterInto(KernelContext context)
    {
        TensorList list = TensorListKernels.List(context, 0);
        Value tensor = context.Input(1), indices = context.Input(2);
        list.CheckType(tensor.DType);
        long largest = -1;
        for (int i = 0; i < indices.Count; i++)
        {
            largest = System.Math.Max(largest, indices.Integer(i));
        }

        TensorListKernels.Give(context, Scatter(largest < list.Count ? list : list.Resized(checked((int)largest + 1)), tensor, indices));
    }

    private static TensorList Scatter(TensorList list, Value tensor, Value indices)
    {
        Shape row = Row(tensor);
        if (indices.LongCount != tensor.Dimensions[0])
        {
            throw Failure.Invalid($"Invalid number of rows in input tensor. Expected: {indices.LongCount} Actual: {tensor.Dimensions[0]}");
        }

        if (!list.Shape.IsCompatibleWith(row))
        {
            throw Failure.Invalid($"Specified a list with shape {list.Shape} from a tensor with shape {row}");
        }

        Tensor?[] items = [.. list.Items], rows = Rows(tensor, row);
        for (int i = 0; i < rows.Length; i++)
        {
            long index = indices.Integer(i);
            items[index >= 0 ? index : throw Failure.Invalid("Indices in TensorListScatter must all be non-negative.")] = rows[i];
        }

        return list with { Items = items };
    }

    private static void Split(KernelContext context)
    {
        Value tensor = context.Input(0), lengths = context.Input(2);
        Shape stated = ListRows.ReadShape(context.Input(1)), row = Row(tensor);
        if (lengths.Rank != 1)
        {
            throw Failure.Invalid($"Expected lengths to be a vector, received shape: {lengths.Shape}");
        }

        if (stated.HasRank && (stated.Rank != tensor.Rank || !new Shape(stated.Dimensions[1..]).IsCompatibleWith(row)))
        {
            throw Failure.Invalid($"tensor shape {tensor.Shape} is not compatible with element_shape {stated}");
        }

        Tensor?[] items = new Tensor?[lengths.Count];
        long at = 0, length = row.ElementCount;
        for (int i = 0; i < items.Length; i++)
        {
            long count = lengths.Integer(i);
            if (count < 0 || at + count > tensor.Dimensions[0])
            {
                throw Failure.Invalid($"The length {count} of part {i} does not fit a tensor of shape {tensor.Shape}, of which {at} rows are dealt out.");
            }

            items[i] = ListRows.Cut(tensor, new Shape([count, .. row.Dimensions]), at * length);
            at += count;
        }

        if (at != tensor.Dimensions[0])
        {
            throw Failure.Invalid($"Unused values in tensor. Length of tensor: {tensor.Dimensions[0]} Values used: {at}");
        }

        TensorListKernels.Give(context, new TensorList(tensor.DType, stated, -1, items));
    }

    // Where no element was set, its number of rows must be known otherwise.
    private static void Concat(KernelContext context, Shape stated, Value? leading)
    {
        TensorList list = TensorListKernels.List(context, 0);
        list.CheckType(context.Output(0).DType);
        Shape whole = stated.TryMerge(list.Shape, out Shape merged) ? merged : throw Failure.Invalid($"Incompatible element shapes: {stated} and {list.Shape}");
        Shape row = whole.HasRank ? new Shape(whole.Dimensions[1..]) : Shape.Unknown;
        long rows = 0;
        long[] lengths = new long[list.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (list.Items[i] is { } item)
            {
                row = item.Shape.Rank > 0 && row.TryMerge(new Shape(item.Shape.Dimensions[1..]), out Shape both)
                    ? both
                    : throw Failure.Invalid($"Concat saw a tensor of shape {item.Shape} at index {i}; elements must be at least vectors, and fit {row} but for the first dimension.");
                lengths[i] = item.Shape[0];
            }
            else
            {
                lengths[i] = whole is { Rank: > 0 } && whole[0] >= 0 ? whole[0] : i < leading?.Count ? leading.Integer(i)
                    : throw Failure.Invalid("Concatenating an uninitialized element needs leading_dims.");
            }

            rows = checked(rows + lengths[i]);
        }

        if (!row.IsFullyDefined)
        {
            throw Failure.Invalid($"All except the first dimension must be fully defined when concatenating a list without elements. element_shape: {stated}");
        }

        Paste(context, list, row, rows, lengths);
    }

    private static void Paste(KernelContext context, TensorList list, Shape row, long rows, long[] lengths)
    {
        Value whole = context.Allocate(0, [rows, .. row.Dimensions]);
        FillKernels.Clear(whole);
        long at = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (list.Items[i] is { } item)
            {
                ListRows.Paste(item, whole, at);
            }

            at += lengths[i] * row.ElementCount;
        }

        lengths.CopyTo(context.Allocate(1, [lengths.Length]).Span<long>());
    }

    private static void PushBackBatch(KernelContext context)
    {
        Value lists = context.Input(0), tensor = context.Input(1);
        if (lists.Rank != 1 || tensor.Rank == 0 || tensor.Dimensions[0] != lists.LongCount)
        {
            throw Failure.Invalid($"Expected tensor.shape[0] == input_handles.size, but saw {tensor.Shape} and {lists.Shape}");
        }

        Tensor?[] rows = Rows(tensor, Row(tensor));
        Span<object?> results = context.Allocate(0, lists.Dimensions).Objects;
        for (int i = 0; i < results.Length; i++)
        {
            TensorList list = lists.Objects[i] as TensorList ?? throw Failure.Invalid($"Element {i} of the handles is no list of tensors.");
            list.CheckType(tensor.DType);
            results[i] = list with { Items = [.. list.Items, rows[i]] };
        }
    }

    private static Shape Row(Value tensor) => tensor.Rank > 0
        ? new Shape(tensor.Dimensions[1..])
        : throw Failure.Invalid($"Tensor must be at least a vector, but saw shape: {tensor.Shape}");

    private static Tensor?[] Rows(Value tensor, Shape row)
    {
        Tensor?[] rows = new Tensor?[tensor.Dimensions[0]];
        long length = row.ElementCount;
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ListRows.Cut(tensor, row, i * length);
        }

        return rows;
    }
}
