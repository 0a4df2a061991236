using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>Features read from serialized tf.train.Example messages.</summary>
internal static class ExampleKernels
{
    private static readonly long[] s_vectorOfOne = [1];

    public static void Register(KernelTable table)
    {
        table.Add("ParseExample", ParseExample);
        table.Add("ParseExampleV2", ParseExampleV2);
        table.Add("ParseSingleExample", ParseSingleExample);
    }

    private static Kernel ParseExample(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<DType> sparseTypes = node.DTypeList("sparse_types"), denseTypes = node.DTypeList("Tdense");
        IReadOnlyList<Shape> shapes = FeatureSpecs.DenseShapes(node, "dense_shapes", mayVary: true);
        int sparse = (int)node.Int("Nsparse"), dense = (int)node.Int("Ndense");
        return context => Parse(
            context,
            context.Input(1),
            FeatureSpecs.Plain(FeatureSpecs.Keys(context, 2, sparse), sparseTypes),
            FeatureSpecs.Dense(context, FeatureSpecs.Keys(context, 2 + sparse, dense), denseTypes, shapes, 2 + sparse + dense),
            []);
    }

    private static Kernel ParseExampleV2(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<DType> sparseTypes = node.DTypeList("sparse_types"), denseTypes = node.DTypeList("Tdense");
        IReadOnlyList<DType> raggedTypes = node.DTypeList("ragged_value_types");
        IReadOnlyList<Shape> shapes = FeatureSpecs.DenseShapes(node, "dense_shapes", mayVary: true);
        return context => Parse(
            context,
            context.Input(1),
            FeatureSpecs.Plain(FeatureSpecs.Keys(context.Input(2)), sparseTypes),
            FeatureSpecs.Dense(context, FeatureSpecs.Keys(context.Input(3)), denseTypes, shapes, 5),
            FeatureSpecs.Plain(FeatureSpecs.Keys(context.Input(4)), raggedTypes));
    }

    private static Kernel ParseSingleExample(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<DType> sparseTypes = node.DTypeList("sparse_types"), denseTypes = node.DTypeList("Tdense");
        IReadOnlyList<byte[]> sparseKeys = node.ByteStrings("sparse_keys"), denseKeys = node.ByteStrings("dense_keys");
        IReadOnlyList<Shape> shapes = FeatureSpecs.DenseShapes(node, "dense_shapes", mayVary: true);
        return context => Parse(
            context,
            null,
            FeatureSpecs.Plain(sparseKeys, sparseTypes),
            FeatureSpecs.Dense(context, denseKeys, denseTypes, shapes, 1),
            []);
    }

    private static void Parse(KernelContext context, Value? names, List<Feature> sparse, List<Feature> dense, List<Feature> ragged)
    {
        FeatureMap features = new([.. sparse, .. dense, .. ragged]);
        FeatureOutputs outputs = new(context, new ExampleReader(features, new FeatureMap()).Read(context, context.Input(0), names));
        outputs.Sparse(sparse);
        outputs.Dense(dense);
        outputs.Ragged(ragged, s_vectorOfOne);
    }
}
