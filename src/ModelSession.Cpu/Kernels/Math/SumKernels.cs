using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>The sum of several tensors of one shape.</summary>
internal static class SumKernels
{
    public static void Register(KernelTable table)
    {
        table.Rings<AddAll>("AccumulateNV2", TypeSet.Numbers | TypeSet.Complexes);
        table.Add("AddN", "T", TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.Variant), (node, _) =>
            node.DType("T") == DType.Variant ? List.VariantKernels.Sum : Typed.Ring<AddAll>(node, node.DType("T")));
    }

    private readonly struct AddAll : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            BinarySpan<T, T> add = TensorPrimitives.Add;
            return context =>
            {
                Value first = context.Input(0);
                for (int i = 1; i < context.InputCount; i++)
                {
                    if (!context.Input(i).Dimensions.SequenceEqual(first.Dimensions))
                    {
                        throw Failure.Invalid($"Inputs to operation {node.Name} of type {node.Type} must have the same size and shape.  Input 0: {first.Shape} != input {i}: {context.Input(i).Shape}");
                    }
                }

                if (context.InputCount == 1)
                {
                    context.Share(0, 0);
                    return;
                }

                Span<T> sum = context.Forward(0, 0).Span<T>();
                Elementwise.Zip(context.Workers, add, first.Span<T>(), context.Input(1).Span<T>(), sum);
                for (int i = 2; i < context.InputCount; i++)
                {
                    Elementwise.Zip(context.Workers, add, sum, context.Input(i).Span<T>(), sum);
                }
            };
        }
    }
}
