namespace ModelSessions.Graphs.Flow;

/// <summary>Loops that apply a function along the first axis, as TensorFlow's <c>map_fn</c>, <c>scan</c>, <c>foldl</c> and <c>foldr</c> build them.</summary>
internal static class Folds
{
    public static TensorTree Map(GraphBuilder g, Func<TensorTree, TensorTree> function, TensorTree elements, DType[] dtypes, LoopOptions options)
    {
        using GraphScope scope = g.NameScope(options.Name ?? "map");
        (Operand count, long known) = CountOf(g, elements);
        GraphTensorArray[] slices = Unstack(g, elements, count, withShape: false);
        GraphTensor first = g.Constant(Tensor.Scalar(0));
        GraphTensorArray[] results = [.. dtypes.Select(dtype => g.TensorArray(dtype, count))];
        TensorTree? form = null;
        TensorTree left = LoopBuilder.Build(
            g,
            tree => tree[0].Tensor.Less(count),
            tree =>
            {
                GraphTensor index = tree[0];
                TensorTree value = function(elements.Pack([.. slices.Select(slice => slice.Read(index))]));
                CheckCount(value, dtypes.Length);
                form = value;
                TensorTree written = Write(tree[1], index, value);
                return [index + 1, written];
            },
            () => [first, List(results)],
            options.For(count));
        return form!.Pack([.. left[1].Parts.Select(array => Stacked(array, known))]);
    }

    public static TensorTree Scan(
        GraphBuilder g, Func<TensorTree, TensorTree, TensorTree> function, TensorTree elements, TensorTree? initializer, bool reverse, LoopOptions options)
    {
        using GraphScope scope = g.NameScope(options.Name ?? "scan");
        (Operand count, long known) = CountOf(g, elements);
        GraphTensorArray[] slices = Unstack(g, elements, count, withShape: true);
        TensorTree first = initializer ?? elements.Pack([.. slices.Select(slice => slice.Read(reverse ? Less(count, 1) : 0))]);
        GraphTensorArray[] results =
            [.. first.Flatten().Select(value => g.TensorArray(value.DType, count, elementShape: value.Shape))];
        if (initializer is null)
        {
            results = [.. results.Zip(first.Flatten(), (result, value) => result.Write(reverse ? Less(count, 1) : 0, value))];
        }

        int done = initializer is null ? 1 : 0;
        Operand begin = reverse ? Less(count, 1 + done) : done;
        TensorTree left = LoopBuilder.Build(
            g,
            tree => reverse ? tree[0].Tensor.GreaterEqual(0) : tree[0].Tensor.Less(count),
            tree =>
            {
                GraphTensor index = tree[0];
                TensorTree slice = elements.Pack([.. slices.Select(array => array.Read(index))]);
                TensorTree value = function(tree[1], slice);
                TensorTree written = Write(tree[2], index, value);
                return [reverse ? index - 1 : index + 1, value, written];
            },
            () => [begin.ToTensor(g, DType.Int32, "Const"), first, List(results)],
            options.For(count));
        return first.Pack([.. left[2].Parts.Select(array => Stacked(array, known))]);
    }

    public static TensorTree Left(
        GraphBuilder g, Func<TensorTree, TensorTree, TensorTree> function, TensorTree elements, TensorTree? initializer, LoopOptions options)
    {
        using GraphScope scope = g.NameScope(options.Name ?? "foldl");
        (Operand count, _) = CountOf(g, elements);
        GraphTensorArray[] slices = Unstack(g, elements, count, withShape: false);
        TensorTree first = initializer ?? elements.Pack([.. slices.Select(slice => slice.Read(0))]);
        GraphTensor begin = g.Constant(Tensor.Scalar(initializer is null ? 1 : 0));
        return LoopBuilder.Build(
            g,
            tree => tree[0].Tensor.Less(count),
            tree =>
            {
                TensorTree slice = elements.Pack([.. slices.Select(array => array.Read(tree[0]))]);
                TensorTree value = function(tree[1], slice);
                return [tree[0].Tensor + 1, value];
            },
            () => [begin, first],
            options.For(count))[1];
    }

    public static TensorTree Right(
        GraphBuilder g, Func<TensorTree, TensorTree, TensorTree> function, TensorTree elements, TensorTree? initializer, LoopOptions options)
    {
        using GraphScope scope = g.NameScope(options.Name ?? "foldr");
        (Operand count, _) = CountOf(g, elements);
        GraphTensorArray[] slices = Unstack(g, elements, count, withShape: false);
        Operand begin = initializer is null ? Less(count, 1) : count;
        TensorTree first = initializer ?? elements.Pack([.. slices.Select(slice => slice.Read(begin))]);
        return LoopBuilder.Build(
            g,
            tree => tree[0].Tensor.Greater(0),
            tree =>
            {
                GraphTensor index = tree[0].Tensor - 1;
                TensorTree slice = elements.Pack([.. slices.Select(array => array.Read(index))]);
                return [index, function(tree[1], slice)];
            },
            () => [begin.ToTensor(g, DType.Int32, "Const"), first],
            options.For(count))[1];
    }

    // The number of slices: a number where it is known, else found when the graph runs.
    private static (Operand Count, long Known) CountOf(GraphBuilder g, TensorTree elements)
    {
        IReadOnlyList<GraphTensor> tensors = elements.Flatten();
        if (tensors.Count == 0 || tensors.FirstOrDefault(tensor => tensor.Shape.Rank == 0) is not null)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"What a function is applied to must be tensors of at least one dimension; there is {elements}.");
        }

        long known = tensors[0].Shape.HasRank ? tensors[0].Shape[0] : -1;
        return known > 0 ? (known, known) : (g.Element(g.ShapeOf(tensors[0]), 0), known);
    }

    private static GraphTensorArray[] Unstack(GraphBuilder g, TensorTree elements, Operand count, bool withShape)
    {
        IReadOnlyList<GraphTensor> tensors = elements.Flatten();
        GraphTensorArray[] arrays =
        [
            .. tensors.Select(tensor => g.TensorArray(
                tensor.DType, count, elementShape: withShape && tensor.Shape.HasRank ? new Shape([.. tensor.Shape.Skip(1)]) : null)),
        ];
        return [.. arrays.Zip(tensors, (array, tensor) => array.Unstack(tensor))];
    }

    private static Operand Less(Operand count, int by) => count.Tensor is { } tensor ? tensor - by : count.Number!.Value - by;

    private static TensorTree Write(TensorTree arrays, GraphTensor index, TensorTree value) =>
        List([.. arrays.Parts.Zip(value.Flatten(), (array, part) => array.Array.Write(index, part))]);

    private static TensorTree List(GraphTensorArray[] arrays) => TensorTree.Create([.. arrays.Select(array => (TensorTree)array)]);

    private static GraphTensor Stacked(TensorTree array, long known)
    {
        GraphTensor result = array.Array.Stack();
        if (result.Shape.HasRank)
        {
            result.MergeShape(new Shape([known, .. result.Shape.Skip(1)]));
        }

        return result;
    }

    private static void CheckCount(TensorTree value, int wanted)
    {
        int count = value.Flatten().Count;
        if (count != wanted)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The function gives {count} tensors where {wanted} are wanted; say which types it gives.");
        }
    }
}
