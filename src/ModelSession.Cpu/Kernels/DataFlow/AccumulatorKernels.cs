using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Accumulators of gradients made, filled and emptied.</summary>
internal static class AccumulatorKernels
{
    private static readonly TypeSet s_types = TypeSet.Of(DType.Float16, DType.Float32, DType.Float64);

    public static void Register(KernelTable table)
    {
        foreach (string version in (string[])["", "Resource"])
        {
            table.Add(version + "ConditionalAccumulator", "dtype", s_types, (node, session) => Create<DenseAccumulator>(node, session, (dtype, shape, mean) => new(dtype, shape, mean)));
            table.Add(version + "AccumulatorApplyGradient", context => Find<DenseAccumulator>(context).Apply(Step(context), context.Input(2)));
            table.Add(version + "AccumulatorNumAccumulated", context => context.Allocate(0, []).Span<int>()[0] = Find<Accumulator>(context).Count);
            table.Add(version + "AccumulatorSetGlobalStep", context => Find<Accumulator>(context).SetStep(Step(context)));
            table.Add(version + "AccumulatorTakeGradient", context =>
                context.Output(0).Borrow(Find<DenseAccumulator>(context).Take(Required(context), context.Output(0).DType, context.Cancel)));
        }

        table.Add("SparseAccumulatorApplyGradient", ApplySparse);
        table.Add("SparseAccumulatorTakeGradient", TakeSparse);
        table.Add("SparseConditionalAccumulator", "dtype", s_types, (node, session) => Create<SparseAccumulator>(node, session, (dtype, shape, mean) => new(dtype, shape, mean)));
    }

    private static Kernel Create<T>(GraphOperation node, CpuSession session, Func<DType, Shape, bool, T> create)
        where T : Accumulator
    {
        ResourceKey key = ResourceKey.Of(node);
        (DType dtype, Shape shape, bool mean) = (node.DType("dtype"), node.Shape("shape"), node.String("reduction_type") != "SUM");
        return context =>
        {
            Accumulator accumulator = session.Resources.Get<Accumulator>(key, _ => create(dtype, shape, mean));
            Handles.Give(context, key, accumulator is T && accumulator.DType == dtype && accumulator.Shape.Equals(shape) && accumulator.IsMean == mean
                ? accumulator
                : throw Failure.Invalid($"Shared accumulator '{key.Name}' is of {accumulator.DType.Name()} {accumulator.Shape}, or of another kind, than was requested: {dtype.Name()} {shape}."));
        };
    }

    private static T Find<T>(KernelContext context)
        where T : Accumulator => Handles.Get<Accumulator>(context, 0, "accumulator") as T ?? throw Failure.Invalid("The accumulator is of slices, or of whole gradients, where the other is wanted.");

    private static long Step(KernelContext context) => context.Input(1).IntegerScalar("The step");

    private static long Required(KernelContext context) => context.Input(1).IntegerScalar("num_required");

    private static void ApplySparse(KernelContext context) => Find<SparseAccumulator>(context)
        .Apply(Step(context), context.Input(2), context.Input(3), context.Node.Bool("has_known_shape") ? context.Input(4) : null);

    private static void TakeSparse(KernelContext context)
    {
        (Tensor indices, Tensor values, Tensor shape) = Find<SparseAccumulator>(context).Take(Required(context), context.Output(1).DType, context.Cancel);
        context.Output(0).Borrow(indices);
        context.Output(1).Borrow(values);
        context.Output(2).Borrow(shape);
    }
}
