using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Lookup;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What is made of a whole dataset at once.</summary>
internal static class DatasetValueKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DatasetCardinality", Cardinality);
        table.Add("DatasetToSingleElement", ToSingleElement);
        table.Add("ExperimentalDatasetCardinality", Cardinality);
        table.Add("GetOptions", context => context.Allocate(0, []).Objects[0] = DatasetArguments.Of(context.Input(0)).Options);
        table.Add("InitializeTableFromDataset", InitializeTable);
        table.Add("ReduceDataset", Reduce);
        table.Add("UnwrapDatasetVariant", context => context.Share(0, 0));
        table.Add("WrapDatasetVariant", context => context.Share(0, 0));
    }

    private static void Cardinality(KernelContext context) =>
        context.Allocate(0, []).Span<long>()[0] = DatasetArguments.Of(context.Input(0)).Cardinality;

    private static Kernel ToSingleElement(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = (node.DTypeList("output_types"), node.ShapeList("output_shapes"));
        return context =>
        {
            using Iteration iteration = new(session);
            DatasetIterator iterator = DatasetArguments.Of(context.Input(0)).Open(iteration);
            Tensor[] element = iterator.Next(context) ?? throw Failure.Invalid("Dataset was empty.");
            if (iterator.Next(context) is not null)
            {
                throw Failure.Invalid("Dataset had more than one element.");
            }

            IteratorKernels.Give(context, types, shapes, element);
        };
    }

    private static Kernel Reduce(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = (node.DTypeList("output_types"), node.ShapeList("output_shapes"));
        Dictionary<string, Range> places = DatasetArguments.Places(node);
        return context =>
        {
            DatasetArguments a = new(context, node, places);
            using Iteration iteration = new(session);
            DatasetIterator iterator = a.Input.Open(iteration);
            DatasetFunction function = a.Function("f", "other_arguments").Open(iteration);
            Tensor[] state = a.Tensors("initial_state");
            while (iterator.Next(context) is { } element)
            {
                state = function.Call(context, [.. state, .. element]);
            }

            IteratorKernels.Give(context, types, shapes, state);
        };
    }

    private static void InitializeTable(KernelContext context)
    {
        Table table = Handles.Get<Table>(context, 0, "table");
        using Iteration iteration = new(context.Session);
        DatasetIterator iterator = DatasetArguments.Of(context.Input(1)).Open(iteration);
        using HeldElements pairs = new(iteration);
        while (iterator.Next(context) is { } pair)
        {
            pairs.Add(pair.Length == 2 ? pair : throw Failure.Invalid($"A table is filled from a dataset of keys and values, not of {pair.Length} components."));
        }

        Tensor[] columns = pairs.Count > 0 ? pairs.Stack() : [Tensor.Zeros(table.Type.Key, [0]), Tensor.Zeros(table.Type.Value, [0])];
        table.CheckTypes(columns[0].DType, columns[1].DType);
        table.Fill(Borrow(columns[0]), Borrow(columns[1]));
    }

    private static Value Borrow(Tensor tensor)
    {
        Value value = new(tensor.DType);
        value.Borrow(tensor);
        return value;
    }
}
