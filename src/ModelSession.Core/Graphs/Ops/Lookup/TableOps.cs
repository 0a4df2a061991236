namespace ModelSessions.Graphs.Ops;

/// <summary>Tables from keys to values.</summary>
internal static class TableOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("AnonymousHashTable", Shapes.Scalar);
        ops.DefineStop("AnonymousMutableDenseHashTable", Shapes.Scalar);
        ops.DefineStop("AnonymousMutableHashTable", Shapes.Scalar);
        ops.DefineStop("AnonymousMutableHashTableOfTensors", Shapes.Scalar);
        ops.DefineStop("HashTable", NameShape);
        ops.DefineStop("HashTableV2", Shapes.Scalar);
        ops.DefineStop("InitializeTable", shape: null);
        ops.DefineStop("InitializeTableFromTextFile", shape: null);
        ops.DefineStop("InitializeTableFromTextFileV2", shape: null);
        ops.DefineStop("InitializeTableV2", shape: null);
        ops.DefineStop("LookupTableExport", ExportShape);
        ops.DefineStop("LookupTableExportV2", ExportShape);
        ops.DefineStop("LookupTableFind", FindShape);
        ops.DefineStop("LookupTableFindV2", FindShape);
        ops.DefineStop("LookupTableImport", shape: null);
        ops.DefineStop("LookupTableImportV2", shape: null);
        ops.DefineStop("LookupTableInsert", shape: null);
        ops.DefineStop("LookupTableInsertV2", shape: null);
        ops.DefineStop("LookupTableRemoveV2", shape: null);
        ops.DefineStop("LookupTableSize", Shapes.Scalar);
        ops.DefineStop("LookupTableSizeV2", Shapes.Scalar);
        ops.DefineStop("MutableDenseHashTable", NameShape);
        ops.DefineStop("MutableDenseHashTableV2", Shapes.Scalar);
        ops.DefineStop("MutableHashTable", NameShape);
        ops.DefineStop("MutableHashTableOfTensors", NameShape);
        ops.DefineStop("MutableHashTableOfTensorsV2", Shapes.Scalar);
        ops.DefineStop("MutableHashTableV2", Shapes.Scalar);
    }

    // Of old, a handle was two strings: container and name.
    private static void NameShape(ShapeContext c) => c.Output(0, [2]);

    private static void ExportShape(ShapeContext c)
    {
        CheckTypes(c, c.Operation.Inputs[0].Operation, "Tkeys", "Tvalues");
        c.Output(0, Shape.OfRank(1));
    }

    // TensorFlow knows before the run what a table holds that can be changed.
    private static void CheckTypes(ShapeContext c, GraphOperation table, string keys, string values)
    {
        bool wrong = table.Type is "MutableHashTableV2" or "MutableHashTableOfTensorsV2" or "MutableDenseHashTableV2"
            && (table.DType("key_dtype") != c.Operation.DType(keys) || table.DType("value_dtype") != c.Operation.DType(values));
        if (wrong)
        {
            throw c.Error($"'{table.Name}' is a table from {table.DType("key_dtype").Name()} to {table.DType("value_dtype").Name()}; it cannot be read as one from {c.Operation.DType(keys).Name()} to {c.Operation.DType(values).Name()}.");
        }
    }

    // Where a table has one value for each key, the values have the keys' shape.
    private static void FindShape(ShapeContext c)
    {
        GraphOperation table = c.Operation.Inputs[0].Operation;
        CheckTypes(c, table, "Tin", "Tout");
        if (table.Type is "HashTableV2" or "MutableHashTableV2" or "HashTable" or "MutableHashTable" && c.Input(2).Rank == 0)
        {
            c.Output(0, c.Input(1));
        }
        else if (table.Type is "MutableDenseHashTableV2" or "MutableDenseHashTable" && table.Inputs[0].Shape is { HasRank: true } key
            && c.Input(1) is { HasRank: true } keys && keys.Rank >= key.Rank)
        {
            c.Output(0, Shapes.Concat(Shapes.Sub(keys, 0, keys.Rank - key.Rank), table.Shape("value_shape")));
        }
    }
}
