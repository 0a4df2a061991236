namespace ModelSessions;

/// <summary>How rows are numbered over the parts of a table.</summary>
public enum PartitionStrategy
{
    /// <summary>Row <c>i</c> lies in part <c>i mod parts</c>.</summary>
    Mod,

    /// <summary>The first rows lie in the first part, and so on: a variable cut into parts.</summary>
    Div,
}

/// <summary>How the rows of one example are made one.</summary>
public enum Combiner
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by the square root of their number (of the squares of their weights).</summary>
    SqrtN,
}

/// <content>Rows of tables by number.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Rows of a table; training changes these rows alone.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ids">The numbers of the rows, of any shape.</param>
    /// <param name="name"><c>embedding_lookup</c> if null.</param>
    public GraphTensor EmbeddingLookup(GraphVariable table, GraphTensor ids, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        using GraphScope scope = NameScope(name ?? "embedding_lookup");
        return Identity(Rows(table, ids, scope.Name));
    }

    /// <summary>Rows of a table that is no variable itself.</summary>
    /// <inheritdoc cref="EmbeddingLookup(GraphVariable, GraphTensor, string?)"/>
    public GraphTensor EmbeddingLookup(GraphTensor table, GraphTensor ids, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        using GraphScope scope = NameScope(name ?? "embedding_lookup");
        using GraphScope place = ColocateWith(table.Operation);
        GraphTensor rows = Add("GatherV2", scope.Name, null, table, ids, Constant(Tensor.Scalar(0), "axis"));
        using GraphScope anywhere = ColocateOnlyWith(null);
        return Identity(rows);
    }

    /// <summary>Rows of a table that is cut into parts along its first dimension.</summary>
    /// <inheritdoc cref="EmbeddingLookup(GraphVariable, GraphTensor, string?)"/>
    /// <param name="strategy">How rows are numbered over the parts.</param>
    /// <param name="table">The table.</param>
    /// <param name="ids">The numbers of the rows.</param>
    /// <param name="name"><c>embedding_lookup</c> if null.</param>
    public GraphTensor EmbeddingLookup(PartitionedVariable table, GraphTensor ids, PartitionStrategy strategy = PartitionStrategy.Mod, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(ids);
        if (table.Axis != 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{table.Name}' is cut along dimension {table.Axis}; rows can be looked up where a table is cut along dimension 0.", table.Name);
        }

        if (table.Parts is [var only])
        {
            return EmbeddingLookup(only, ids, name);
        }

        using GraphScope scope = NameScope(name ?? "embedding_lookup");
        int parts = table.Parts.Count;
        GraphTensor flat = Reshape(ids, (long[])[-1]);
        GraphTensor places = Sequence(0, SizeOf(flat));
        (GraphTensor owners, GraphTensor rows) = strategy == PartitionStrategy.Mod
            ? (flat % parts, Add("FloorDiv", "floordiv", null, flat, parts))
            : Divided(flat, table.Shape[0], parts);
        owners = Cast(owners, DType.Int32);
        NodeAttributes count = new() { ["num_partitions"] = parts };
        GraphOperation rowsOfParts = AddOperation("DynamicPartition", null, count, rows, owners), placesOfParts = AddOperation("DynamicPartition", null, count, places, owners);
        List<Operand> found = [];
        for (int i = 0; i < parts; i++)
        {
            using GraphScope device = Device(null);
            found.Add(Rows(table.Parts[i], rowsOfParts.Outputs[i], null));
        }

        GraphTensor joined = Add("ParallelDynamicStitch", scope.Name, new() { ["N"] = parts }, [.. placesOfParts.Outputs.Select(output => (Operand)output), .. found]);
        long[] row = table.Shape.Dimensions[1..].ToArray();
        GraphTensor sizes = Concat([ShapeOf(ids), Constant(Scalars.CreateVector(row, DType.Int32), "concat/values_1")], 0);
        GraphTensor result = Reshape(joined, sizes);
        if (ids.Shape.HasRank)
        {
            result.MergeShape([.. ids.Shape.Dimensions, .. row]);
        }

        return result;
    }

    /// <summary>Rows of a table for examples with any number of them, combined to one for each example.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ids">The numbers of the rows: [examples, …], in the order of their places, at least one for each example.</param>
    /// <param name="weights">Weights with the same places; none if null.</param>
    /// <param name="combiner">How the rows are made one.</param>
    /// <param name="name"><c>embedding_lookup_sparse</c> if null.</param>
    public GraphTensor EmbeddingLookupSparse(
        GraphVariable table, GraphSparseTensor ids, GraphSparseTensor? weights = null, Combiner combiner = Combiner.Mean, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(ids);
        using GraphScope scope = NameScope(name ?? "embedding_lookup_sparse");
        GraphTensor segments = FirstColumn(ids.Indices);
        if (weights is null)
        {
            return Add(SegmentOp(combiner), scope.Name, new() { ["sparse_gradient"] = true }, table, ids.Values, segments);
        }

        GraphOperation unique = AddOperation("Unique", null, null, ids.Values);
        GraphTensor rows = EmbeddingLookup(table, unique.Outputs[0]);
        return Weighted(Cast(segments, DType.Int32), rows, unique.Outputs[1], weights, combiner, scope.Name);
    }

    /// <summary>As above, of a table that is cut into parts.</summary>
    /// <inheritdoc cref="EmbeddingLookupSparse(GraphVariable, GraphSparseTensor, GraphSparseTensor?, Combiner, string?)"/>
    /// <param name="strategy">How rows are numbered over the parts.</param>
    /// <param name="table">The table.</param>
    /// <param name="ids">The numbers of the rows.</param>
    /// <param name="weights">Weights with the same places; none if null.</param>
    /// <param name="combiner">How the rows are made one.</param>
    /// <param name="name"><c>embedding_lookup_sparse</c> if null.</param>
    public GraphTensor EmbeddingLookupSparse(
        PartitionedVariable table,
        GraphSparseTensor ids,
        GraphSparseTensor? weights = null,
        Combiner combiner = Combiner.Mean,
        PartitionStrategy strategy = PartitionStrategy.Mod,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(ids);
        if (table.Parts is [var only])
        {
            return EmbeddingLookupSparse(only, ids, weights, combiner, name);
        }

        using GraphScope scope = NameScope(name ?? "embedding_lookup_sparse");
        GraphTensor segments = FirstColumn(ids.Indices);
        GraphOperation unique = AddOperation("Unique", null, null, ids.Values);
        GraphTensor rows = EmbeddingLookup(table, unique.Outputs[0], strategy);
        GraphTensor examples = Cast(segments, DType.Int32);
        return weights is null
            ? Add(SegmentOp(combiner), scope.Name, null, rows, unique.Outputs[1], examples)
            : Weighted(examples, rows, unique.Outputs[1], weights, combiner, scope.Name);
    }

    /// <summary>A sparse value to be fed: three placeholders under a name.</summary>
    public GraphSparseTensor SparsePlaceholder(DType dtype, int? rank = null, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "SparsePlaceholder");
        GraphTensor shape = Placeholder(DType.Int64, [rank ?? -1], "shape");
        GraphTensor values = Placeholder(dtype, [-1], "values");
        return new GraphSparseTensor(Placeholder(DType.Int64, [-1, rank ?? -1], "indices"), values, shape);
    }

    private GraphTensor Weighted(GraphTensor examples, GraphTensor rows, GraphTensor which, GraphSparseTensor weights, Combiner combiner, string name)
    {
        GraphTensor each = Gather(rows, which);
        GraphTensor rank = RankOf(each);
        GraphTensor ones = Fill(ExpandDims(Minus(rank, 1), 0), Constant(1, DType.Int32, null, "ones/Const"), "ones");
        GraphTensor factors = Reshape(Cast(weights.Values, each.DType), Concat([ShapeOf(weights.Values), ones], 0));
        if (weights.Values.Shape.HasRank && each.Shape.HasRank)
        {
            factors.MergeShape([.. weights.Values.Shape.Dimensions, .. Enumerable.Repeat(1L, each.Shape.Rank - 1)]);
        }

        GraphTensor weighted = each * factors;
        if (combiner == Combiner.Sum)
        {
            return Add("SegmentSum", name, null, weighted, examples);
        }

        GraphTensor sums = Add("SegmentSum", weighted, examples);
        if (combiner == Combiner.Mean)
        {
            return Add("DivNoNan", name, null, sums, Add("SegmentSum", factors, examples));
        }

        GraphTensor squares = Add("Pow", "Pow", null, factors, Constant(2, factors.DType, null, "Pow/y"));
        return Add("DivNoNan", name, null, sums, Sqrt(Add("SegmentSum", squares, examples)));
    }

    // Which part has a row, and which of its rows it is; the first parts have one row more where the division leaves a rest.
    private (GraphTensor Owners, GraphTensor Rows) Divided(GraphTensor ids, long rows, int parts)
    {
        GraphTensor all = Constant(rows, ids.DType);
        GraphTensor each = Add("FloorDiv", "floordiv", null, all, parts), rest = all % parts;
        GraphTensor large = Add("FloorDiv", "floordiv", null, ids, each + 1), small = Add("FloorDiv", "floordiv", null, ids - rest, each);
        GraphTensor owners = Maximum(large, small);
        GraphTensor isLarge = owners.Less(rest);
        GraphTensor inLarge = ids % (each + 1);
        GraphTensor inSmall = (ids - rest) % each;
        return (owners, Add("Select", isLarge, inLarge, inSmall));
    }

    // x[i] of a variable: of a resource variable without reading all of it.
    private GraphTensor Rows(GraphVariable table, GraphTensor ids, string? name)
    {
        using GraphScope place = ColocateWith(table.Handle.Operation);
        GraphTensor rows = table.IsResource
            ? Add("ResourceGather", name, new() { ["dtype"] = table.DType }, table.Handle, ids)
            : Add("GatherV2", name, null, table, ids, 0);
        return rows;
    }

    // x[:, 0].
    private GraphTensor FirstColumn(GraphTensor matrix)
    {
        using GraphScope scope = NameScope("strided_slice");
        GraphTensor begin = Constant(Scalars.CreateVector([0, 0], DType.Int32), "stack"), end = Constant(Scalars.CreateVector([0, 1], DType.Int32), "stack_1");
        NodeAttributes masks = new() { ["begin_mask"] = 1, ["end_mask"] = 1, ["shrink_axis_mask"] = 2 };
        return Add("StridedSlice", scope.Name, masks, matrix, begin, end, Constant(Scalars.CreateVector([1, 1], DType.Int32), "stack_2"));
    }

    private static string SegmentOp(Combiner combiner) => combiner switch
    {
        Combiner.Mean => "SparseSegmentMean",
        Combiner.Sum => "SparseSegmentSum",
        _ => "SparseSegmentSqrtN",
    };
}
