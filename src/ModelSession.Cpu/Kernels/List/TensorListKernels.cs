using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.List;

/// <summary>Lists of tensors element by element.</summary>
internal static class TensorListKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("EmptyTensorList", Empty);
        table.Add("TensorListConcatLists", ConcatLists);
        table.Add("TensorListElementShape", ElementShape);
        table.Add("TensorListGetItem", GetItem);
        table.Add("TensorListLength", context => context.Allocate(0, []).Span<int>()[0] = List(context, 0).Count);
        table.Add("TensorListPopBack", PopBack);
        table.Add("TensorListPushBack", context => Give(context, Push(List(context, 0), context.Input(1))));
        table.Add("TensorListReserve", Reserve);
        table.Add("TensorListResize", Resize);
        table.Add("TensorListSetItem", SetItem);
    }

    /// <summary>The list that an input is.</summary>
    public static TensorList List(KernelContext context, int input)
    {
        Value value = context.Input(input);
        return value.Rank == 0 && value.Objects[0] is TensorList list ? list : throw Failure.Invalid($"Input {input} is no list of tensors.");
    }

    /// <summary>Gives a list as output 0.</summary>
    public static void Give(KernelContext context, TensorList list) => context.Allocate(0, []).Objects[0] = list;

    private static Kernel Empty(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("element_dtype");
        return context => Give(context, new TensorList(dtype, ListRows.ReadShape(context.Input(0)), context.Input(1).IntegerScalar("max_num_elements"), []));
    }

    private static Kernel Reserve(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("element_dtype");
        return context =>
        {
            long count = context.Input(1).IntegerScalar("num_elements");
            if (count < 0)
            {
                throw Failure.Invalid($"The num_elements to reserve must be a non negative number, but got {count}");
            }

            Give(context, new TensorList(dtype, ListRows.ReadShape(context.Input(0)), -1, new Tensor?[count]));
        };
    }

    private static TensorList Push(TensorList list, Value item)
    {
        list.CheckFits(item);
        if (list.Limit >= 0 && list.Count >= list.Limit)
        {
            throw Failure.Invalid($"Tried to push item into a full list. list size: {list.Count} max_num_elements: {list.Limit}");
        }

        return list with { Items = [.. list.Items, item.ToTensor()] };
    }

    private static void PopBack(KernelContext context)
    {
        TensorList list = List(context, 0);
        list.CheckType(context.Output(1).DType);
        if (list.Count == 0)
        {
            throw Failure.Invalid("Trying to pop from an empty list.");
        }

        ListRows.Give(context, 1, list, list.Count - 1, ListRows.ReadShape(context.Input(1)));
        Give(context, list.Resized(list.Count - 1));
    }

    private static void GetItem(KernelContext context)
    {
        TensorList list = List(context, 0);
        list.CheckType(context.Output(0).DType);
        ListRows.Give(context, 0, list, list.CheckIndex(context.Input(1).IntegerScalar("index")), ListRows.ReadShape(context.Input(2)));
    }

    private static Kernel SetItem(GraphOperation node, CpuSession session)
    {
        bool grows = node.Bool("resize_if_index_out_of_bounds");
        return context =>
        {
            TensorList list = List(context, 0);
            list.CheckFits(context.Input(2));
            long index = context.Input(1).IntegerScalar("index");
            if (grows && index >= list.Count)
            {
                list = list.Resized(checked((int)index + 1));
            }

            Give(context, list.With(list.CheckIndex(index), context.Input(2).ToTensor()));
        };
    }

    private static void Resize(KernelContext context)
    {
        long size = context.Input(1).IntegerScalar("size");
        if (size < 0)
        {
            throw Failure.Invalid($"TensorListResize expects size to be non-negative. Got: {size}");
        }

        Give(context, List(context, 0).Resized((int)size));
    }

    private static void ConcatLists(KernelContext context)
    {
        Value first = context.Input(0), second = context.Input(1);
        if (!first.Dimensions.SequenceEqual(second.Dimensions))
        {
            throw Failure.Invalid($"Lists in shapes {first.Shape} and {second.Shape} cannot be joined.");
        }

        Span<object?> joined = context.Allocate(0, first.Dimensions).Objects;
        for (int i = 0; i < joined.Length; i++)
        {
            if (first.Objects[i] is not TensorList a || second.Objects[i] is not TensorList b)
            {
                throw Failure.Invalid("An input is no list of tensors.");
            }

            a.CheckType(b.DType);
            joined[i] = a with { Shape = a.Shape.TryMerge(b.Shape, out Shape shape) ? shape : throw Failure.Invalid($"Lists of elements {a.Shape} and {b.Shape} cannot be joined."), Items = [.. a.Items, .. b.Items] };
        }
    }

    private static void ElementShape(KernelContext context)
    {
        Shape shape = List(context, 0).Shape;
        if (!shape.HasRank)
        {
            ShapeKernels.WriteInteger(context.Allocate(0, []), 0, -1);
            return;
        }

        Value sizes = context.Allocate(0, [shape.Rank]);
        for (int i = 0; i < shape.Rank; i++)
        {
            ShapeKernels.WriteInteger(sizes, i, shape[i]);
        }
    }
}
