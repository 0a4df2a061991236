using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>Features and lists of features read from serialized tf.train.SequenceExample messages.</summary>
internal static class SequenceExampleKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ParseSequenceExample", ParseSequenceExample);
        table.Add("ParseSequenceExampleV2", ParseSequenceExampleV2);
        table.Add("ParseSingleSequenceExample", ParseSingleSequenceExample);
    }

    private static Kernel ParseSequenceExample(GraphOperation node, CpuSession session)
    {
        Attributes attributes = new(node);
        IReadOnlyList<byte[]> contextSparse = node.ByteStrings("context_sparse_keys"), contextDense = node.ByteStrings("context_dense_keys");
        IReadOnlyList<byte[]> listSparse = node.ByteStrings("feature_list_sparse_keys"), listDense = node.ByteStrings("feature_list_dense_keys");
        IReadOnlyList<byte[]> mayLack = node.ByteStrings("feature_list_dense_missing_assumed_empty");
        return context => new Parts(
            attributes.ContextSparse(contextSparse),
            attributes.ContextDense(context, contextDense, 2),
            attributes.ListSparse(listSparse),
            attributes.ListDense(listDense, i => Contains(mayLack, listDense[i]))).Parse(context, context.Input(1), hasLengths: true);
    }

    private static Kernel ParseSequenceExampleV2(GraphOperation node, CpuSession session)
    {
        Attributes attributes = new(node);
        IReadOnlyList<DType> contextRagged = node.DTypeList("context_ragged_value_types"), listRagged = node.DTypeList("feature_list_ragged_value_types");
        return context =>
        {
            Value mayLack = context.Input(8);
            List<byte[]> listDense = FeatureSpecs.Keys(context.Input(6));
            if (mayLack.LongCount != listDense.Count)
            {
                throw Failure.Invalid(
                    $"Expected len(feature_list_dense_keys) == len(feature_list_dense_missing_assumed_empty), got: {listDense.Count} vs. {mayLack.LongCount}");
            }

            new Parts(
                attributes.ContextSparse(FeatureSpecs.Keys(context.Input(2))),
                attributes.ContextDense(context, FeatureSpecs.Keys(context.Input(3)), 9),
                attributes.ListSparse(FeatureSpecs.Keys(context.Input(5))),
                attributes.ListDense(listDense, i => mayLack.Span<bool>()[i]))
            {
                ContextRagged = FeatureSpecs.Plain(FeatureSpecs.Keys(context.Input(4)), contextRagged),
                ListRagged = FeatureSpecs.Plain(FeatureSpecs.Keys(context.Input(7)), listRagged, isList: true),
            }.Parse(context, context.Input(1), hasLengths: true);
        };
    }

    private static Kernel ParseSingleSequenceExample(GraphOperation node, CpuSession session)
    {
        Attributes attributes = new(node);
        int contextSparse = (int)node.Int("Ncontext_sparse"), contextDense = (int)node.Int("Ncontext_dense");
        int listSparse = (int)node.Int("Nfeature_list_sparse"), listDense = (int)node.Int("Nfeature_list_dense");
        return context =>
        {
            int dense = 2 + contextSparse, lists = dense + contextDense, defaults = lists + listSparse + listDense;
            List<byte[]> mayLack = FeatureSpecs.Keys(context.Input(1)), denseKeys = FeatureSpecs.Keys(context, lists + listSparse, listDense);
            new Parts(
                attributes.ContextSparse(FeatureSpecs.Keys(context, 2, contextSparse)),
                attributes.ContextDense(context, FeatureSpecs.Keys(context, dense, contextDense), defaults),
                attributes.ListSparse(FeatureSpecs.Keys(context, lists, listSparse)),
                attributes.ListDense(denseKeys, i => Contains(mayLack, denseKeys[i]))).Parse(context, context.Input(context.InputCount - 1), hasLengths: false);
        };
    }

    private static bool Contains(IReadOnlyList<byte[]> keys, byte[] key) => keys.Any(other => other.AsSpan().SequenceEqual(key));

    // What the three kinds of nodes have in common.
    private sealed class Attributes(GraphOperation node)
    {
        private readonly IReadOnlyList<DType> _contextSparse = node.DTypeList("context_sparse_types");
        private readonly IReadOnlyList<DType> _contextDense = node.DTypeList("Tcontext_dense");
        private readonly IReadOnlyList<DType> _listSparse = node.DTypeList("feature_list_sparse_types");
        private readonly IReadOnlyList<DType> _listDense = node.DTypeList("feature_list_dense_types");
        private readonly IReadOnlyList<Shape> _contextShapes = FeatureSpecs.DenseShapes(node, "context_dense_shapes", mayVary: false);
        private readonly IReadOnlyList<Shape> _listShapes = FeatureSpecs.DenseShapes(node, "feature_list_dense_shapes", mayVary: false);

        public List<Feature> ContextSparse(IReadOnlyList<byte[]> keys) => FeatureSpecs.Plain(keys, _contextSparse);

        public List<Feature> ContextDense(KernelContext context, IReadOnlyList<byte[]> keys, int firstDefault) =>
            FeatureSpecs.Dense(context, keys, _contextDense, _contextShapes, firstDefault);

        public List<Feature> ListSparse(IReadOnlyList<byte[]> keys) => FeatureSpecs.Plain(keys, _listSparse, isList: true);

        public List<Feature> ListDense(IReadOnlyList<byte[]> keys, Func<int, bool> mayLack) =>
            FeatureSpecs.DenseLists(keys, _listDense, _listShapes, mayLack);
    }

    private sealed record Parts(List<Feature> ContextSparse, List<Feature> ContextDense, List<Feature> ListSparse, List<Feature> ListDense)
    {
        public List<Feature> ContextRagged { get; init; } = [];

        public List<Feature> ListRagged { get; init; } = [];

        public void Parse(KernelContext context, Value names, bool hasLengths)
        {
            ExampleReader reader = new(new FeatureMap([.. ContextSparse, .. ContextDense, .. ContextRagged]), new FeatureMap([.. ListSparse, .. ListDense, .. ListRagged]));
            FeatureOutputs outputs = new(context, reader.Read(context, context.Input(0), names));
            outputs.Sparse(ContextSparse);
            outputs.Dense(ContextDense);
            outputs.Ragged(ContextRagged, []);
            outputs.SparseLists(ListSparse);
            outputs.DenseLists(ListDense);
            if (hasLengths)
            {
                outputs.ListLengths(ListDense);
            }

            outputs.RaggedLists(ListRagged);
        }
    }
}
