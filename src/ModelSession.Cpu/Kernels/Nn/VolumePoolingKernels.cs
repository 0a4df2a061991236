using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Maxima and averages over 3-D windows, and their gradients.</summary>
internal static class VolumePoolingKernels
{
    private static readonly TypeSet s_types = TypeSet.Of(DType.BFloat16, DType.Float32);

    public static void Register(KernelTable table)
    {
        table.Floats<Windows>("AvgPool3D", s_types);
        table.Floats<AverageGrad>("AvgPool3DGrad", s_types);
        table.Floats<Windows>("MaxPool3D", s_types);
        table.Add("MaxPool3DGrad", "T", s_types, (node, _) => node.DType("TInput") == node.DType("T")
            ? Typed.Float<MaximumGrad>(node, node.DType("T"))
            : throw new UnsupportedFeatureException($"Node '{node.Name}' ({node.Type}) has images and gradients of two types.", $"{node.Type} (TInput={node.DType("TInput").Name()})"));
        table.Floats<MaximumGrad>("MaxPool3DGradGrad", s_types);
    }

    private readonly struct Windows : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            bool averages = node.Type == "AvgPool3D";
            return context =>
            {
                Value input = context.Input(0);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                Span<T> result = context.Allocate(0, geometry.OutputShape).Span<T>();
                if (averages)
                {
                    VolumePooling.Average(geometry, input.Span<T>(), result, context.Workers);
                }
                else
                {
                    VolumePooling.Maximum(geometry, input.Span<T>(), result, context.Workers);
                }
            };
        }
    }

    private readonly struct AverageGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            return context =>
            {
                Value gradient = context.Input(1);
                long[] shape = new long[context.Input(0).ShapeLength];
                FillKernels.ReadShape(context.Input(0), shape);
                VolumeGeometry geometry = spec.Volume(context, shape);
                PoolSpec.CheckShape(gradient, "grad", geometry.OutputShape);
                VolumePooling.AverageBackward(geometry, gradient.Span<T>(), context.Allocate(0, shape).Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct MaximumGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            bool second = node.Type == "MaxPool3DGradGrad";
            return context =>
            {
                Value input = context.Input(0), output = context.Input(1), gradient = context.Input(2);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                PoolSpec.CheckShape(output, "orig_output", geometry.OutputShape);
                PoolSpec.CheckShape(gradient, "grad", second ? input.Dimensions : geometry.OutputShape);
                Span<T> result = context.Allocate(0, second ? output.Dimensions : input.Dimensions).Span<T>();
                if (second)
                {
                    VolumePooling.MaximumPick(geometry, input.Span<T>(), output.Span<T>(), gradient.Span<T>(), result, context.Workers);
                }
                else
                {
                    VolumePooling.MaximumBackward(geometry, input.Span<T>(), output.Span<T>(), gradient.Span<T>(), result, context.Workers);
                }
            };
        }
    }
}
