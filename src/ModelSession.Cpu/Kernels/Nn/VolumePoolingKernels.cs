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
        table.Floats<Average>("AvgPool3D", s_types);
        table.Floats<AverageGrad>("AvgPool3DGrad", s_types);
        table.Floats<Maximum>("MaxPool3D", s_types);
        table.Add("MaxPool3DGrad", "T", s_types, (node, _) => node.DType("TInput") == node.DType("T")
            ? Typed.Float<MaximumGrad>(node, node.DType("T"))
            : throw new UnsupportedFeatureException($"Node '{node.Name}' ({node.Type}) has images and gradients of two types.", $"{node.Type} (TInput={node.DType("TInput").Name()})"));
        table.Floats<MaximumGradGrad>("MaxPool3DGradGrad", s_types);
    }

    private readonly struct Average : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            return context =>
            {
                Value input = context.Input(0);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                VolumePooling.Average(geometry, input.Span<T>(), context.Allocate(0, geometry.OutputShape).Span<T>(), context.Workers);
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

    private readonly struct Maximum : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            return context =>
            {
                Value input = context.Input(0);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                VolumePooling.Maximum(geometry, input.Span<T>(), context.Allocate(0, geometry.OutputShape).Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct MaximumGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            return context =>
            {
                Value input = context.Input(0), output = context.Input(1), gradient = context.Input(2);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                PoolSpec.CheckShape(output, "orig_output", geometry.OutputShape);
                PoolSpec.CheckShape(gradient, "grad", geometry.OutputShape);
                Value result = context.Allocate(0, input.Dimensions);
                VolumePooling.MaximumBackward(geometry, input.Span<T>(), output.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct MaximumGradGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 5);
            return context =>
            {
                Value input = context.Input(0), output = context.Input(1), gradient = context.Input(2);
                VolumeGeometry geometry = spec.Volume(context, input.Dimensions);
                PoolSpec.CheckShape(output, "orig_output", geometry.OutputShape);
                PoolSpec.CheckShape(gradient, "grad", input.Dimensions);
                Value result = context.Allocate(0, output.Dimensions);
                VolumePooling.MaximumPick(geometry, input.Span<T>(), output.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers);
            };
        }
    }
}
