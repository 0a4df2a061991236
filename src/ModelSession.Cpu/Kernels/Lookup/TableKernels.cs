using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Lookup;

/// <summary>Tables made, and read and written by key.</summary>
internal static class TableKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AnonymousHashTable", (node, _) => Anonymous(node, Scalars(node, isFixed: true), dense: false));
        table.Add("AnonymousMutableDenseHashTable", (node, _) => Anonymous(node, OfTensors(node), dense: true));
        table.Add("AnonymousMutableHashTable", (node, _) => Anonymous(node, Scalars(node, isFixed: false), dense: false));
        table.Add("AnonymousMutableHashTableOfTensors", (node, _) => Anonymous(node, OfTensors(node), dense: false));
        foreach (string version in (string[])["", "V2"])
        {
            table.Add("HashTable" + version, (node, session) => Create(node, session, Scalars(node, isFixed: true), dense: false));
            table.Add("InitializeTable" + version, context => Pairs(context).Fill(context.Input(1), context.Input(2)));
            table.Add("LookupTableExport" + version, Export);
            table.Add("LookupTableFind" + version, Find);
            table.Add("LookupTableImport" + version, context => Pairs(context).Import(context.Input(1), context.Input(2)));
            table.Add("LookupTableInsert" + version, context => Pairs(context).Insert(context.Input(1), context.Input(2)));
            table.Add("LookupTableSize" + version, context => context.Allocate(0, []).Span<long>()[0] = Get(context).Count);
            table.Add("MutableDenseHashTable" + version, (node, session) => Create(node, session, OfTensors(node), dense: true));
            table.Add("MutableHashTable" + version, (node, session) => Create(node, session, Scalars(node, isFixed: false), dense: false));
            table.Add("MutableHashTableOfTensors" + version, (node, session) => Create(node, session, OfTensors(node), dense: false));
        }

        table.Add("LookupTableRemoveV2", Remove);
    }

    /// <summary>The table that input 0 is a handle to.</summary>
    public static Table Get(KernelContext context) => Handles.Get<Table>(context, 0, "table");

    private static Kernel Create(GraphOperation node, CpuSession session, TableType type, bool dense)
    {
        ResourceKey key = ResourceKey.Of(node);
        return context =>
        {
            TableType whole = dense ? type with { KeyShape = context.Input(0).Shape } : type;
            Table table = session.Resources.Get(key, _ => new Table(key.Name, whole) { Reserved = dense ? Reserved(context) : [] });
            Handles.Give(context, key, table.Type == whole
                ? table
                : throw Failure.Invalid($"Conflicting key/value dtypes {whole} of '{node.Name}' with {table.Type} of the table '{key.Name}'."));
        };
    }

    private static Kernel Anonymous(GraphOperation node, TableType type, bool dense) => context =>
    {
        TableType whole = dense ? type with { KeyShape = context.Input(0).Shape } : type;
        context.Allocate(0, []).Objects[0] = new Table(node.Name, whole) { Reserved = dense ? Reserved(context) : [] };
    };

    private static TableKey[] Reserved(KernelContext context) =>
        [.. Enumerable.Range(0, context.InputCount).Select(i => TableKey.Read(context.Input(i), 0, context.Input(i).Count))];

    private static TableType Scalars(GraphOperation node, bool isFixed) =>
        new(node.DType("key_dtype"), node.DType("value_dtype"), Shape.Scalar, Shape.Scalar, isFixed);

    private static TableType OfTensors(GraphOperation node)
    {
        Shape shape = node.Shape("value_shape");
        return shape.IsFullyDefined
            ? new TableType(node.DType("key_dtype"), node.DType("value_dtype"), Shape.Scalar, shape, IsFixed: false)
            : throw new GraphException(StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Type}): the shape of a table's values must be known, not {shape}.", node.Name);
    }

    private static void Find(KernelContext context)
    {
        Table table = Get(context);
        Value keys = context.Input(1), fallback = context.Input(2);
        table.CheckTypes(keys.DType, fallback.DType);
        Shape shape = table.ValuesShape(keys);
        if (!fallback.Shape.Equals(table.Type.ValueShape) && (table.Type.IsFixed || !fallback.Shape.Equals(shape)))
        {
            throw Failure.Invalid($"Expected shape {table.Type.ValueShape} for default value, got {fallback.Shape}");
        }

        table.Find(keys, fallback, context.Allocate(0, shape.Dimensions));
    }

    private static void Export(KernelContext context)
    {
        Table table = Get(context);
        table.CheckTypes(context.Output(0).DType, context.Output(1).DType);
        table.Export(context, 0, 1);
    }

    private static void Remove(KernelContext context)
    {
        Table table = Get(context);
        table.CheckTypes(context.Input(1).DType, table.Type.Value);
        table.ValuesShape(context.Input(1));
        table.Remove(context.Input(1));
    }

    // The table, after its keys and values have been found to fit.
    private static Table Pairs(KernelContext context)
    {
        Table table = Get(context);
        Value keys = context.Input(1), values = context.Input(2);
        table.CheckTypes(keys.DType, values.DType);
        Shape expected = table.ValuesShape(keys);
        return values.Shape.Equals(expected) ? table : throw Failure.Invalid($"Expected shape {expected} for value, got {values.Shape}");
    }
}
