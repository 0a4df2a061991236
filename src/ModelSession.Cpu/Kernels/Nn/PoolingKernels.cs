using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Maxima and averages over 2-D windows, and their gradients.</summary>
internal static class PoolingKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Average>("AvgPool", TypeSet.Floats);
        table.Floats<AverageGrad>("AvgPoolGrad", TypeSet.Floats);
        table.Numbers<Maximum>("MaxPool", TypeSet.Numbers);
        table.Numbers<MaximumGrad>("MaxPoolGrad", TypeSet.Numbers);
        table.Numbers<MaximumGradGrad>("MaxPoolGradGrad", TypeSet.Numbers);
        table.Numbers<MaximumGradGrad>("MaxPoolGradGradV2", TypeSet.Numbers);
        table.Numbers<MaximumGrad>("MaxPoolGradV2", TypeSet.Numbers);
        table.Numbers<GradByPosition>("MaxPoolGradWithArgmax", TypeSet.Numbers);
        table.Numbers<Maximum>("MaxPoolV2", TypeSet.Numbers);
        table.Numbers<MaximumAndPosition>("MaxPoolWithArgmax", TypeSet.Numbers);
    }

    private static long[] OutputShape(in PoolingGeometry geometry) => [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.Channels];

    private readonly struct Maximum : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            return context =>
            {
                Value input = context.Input(0);
                (long[] size, long[] strides) = spec.Read(context);
                if (size[3] > 1)
                {
                    OverChannels<T>(context, input, size, strides);
                    return;
                }

                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                MaxPooling.Forward(geometry, input.Span<T>(), context.Allocate(0, OutputShape(geometry)).Span<T>(), context.Workers);
            };
        }
    }

    // Windows over the channels alone, side by side: all that TensorFlow allows there.
    private static void OverChannels<T>(KernelContext context, Value input, long[] size, long[] strides)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        int window = checked((int)size[3]);
        if (input.Rank != 4 || strides[3] != window || size[1] != 1 || size[2] != 1 || strides[1] != 1 || strides[2] != 1 || input.Dimensions[3] % window != 0)
        {
            throw new EngineException(StatusCode.Unimplemented, "Depthwise max pooling requires the depth window to equal the depth stride and to divide the depth evenly, and no pooling over rows and columns.");
        }

        ReadOnlySpan<T> x = input.Span<T>();
        Span<T> y = context.Allocate(0, [input.Dimensions[0], input.Dimensions[1], input.Dimensions[2], input.Dimensions[3] / window]).Span<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Kernels.Math.LargestOf<T>.Of(x.Slice(i * window, window));
        }
    }

    private readonly struct MaximumGrad : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            return context =>
            {
                Value input = context.Input(0), gradient = context.Input(2);
                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                PoolSpec.CheckShape(context.Input(1), "orig_output", OutputShape(geometry));
                PoolSpec.CheckShape(gradient, "grad", OutputShape(geometry));
                Value result = context.Allocate(0, input.Dimensions);
                MaxPooling.Backward(geometry, input.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers);
            };
        }
    }

    // Of each window, the gradient of the first element that equals its maximum.
    private readonly struct MaximumGradGrad : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            return context =>
            {
                Value input = context.Input(0), output = context.Input(1), gradient = context.Input(2);
                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                PoolSpec.CheckShape(output, "orig_output", OutputShape(geometry));
                PoolSpec.CheckShape(gradient, "grad", input.Dimensions);
                Value result = context.Allocate(0, output.Dimensions);
                MaxPooling.Pick<T>(geometry, input.Span<T>(), output.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct MaximumAndPosition : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            bool includeBatch = node.Bool("include_batch_in_index"), narrow = node.DType("Targmax") == DType.Int32;
            return context =>
            {
                Value input = context.Input(0);
                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                Value maxima = context.Allocate(0, OutputShape(geometry)), places = context.Allocate(1, OutputShape(geometry));
                Span<long> positions = narrow ? context.Scratch<long>(maxima.Count) : places.Span<long>();
                MaxPooling.ForwardWithPositions(geometry, input.Span<T>(), maxima.Span<T>(), positions, includeBatch, context.Workers);
                for (int i = 0; narrow && i < positions.Length; i++)
                {
                    places.Span<int>()[i] = (int)positions[i];
                }
            };
        }
    }

    private readonly struct GradByPosition : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            bool includeBatch = node.Bool("include_batch_in_index");
            return context =>
            {
                Value input = context.Input(0), gradient = context.Input(1), places = context.Input(2);
                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                PoolSpec.CheckShape(gradient, "grad", OutputShape(geometry));
                PoolSpec.CheckShape(places, "argmax", OutputShape(geometry));
                Span<T> sums = context.Allocate(0, input.Dimensions).Span<T>();
                sums.Clear();
                int image = geometry.Batch == 0 ? 0 : sums.Length / geometry.Batch, windows = geometry.Batch == 0 ? 0 : gradient.Count / geometry.Batch;
                for (int i = 0; i < gradient.Count; i++)
                {
                    long start = (long)(i / windows) * image, at = places.Integer(i) + (includeBatch ? 0 : start);
                    if (at < 0 || at >= sums.Length || (!includeBatch && (at < start || at >= start + image)))
                    {
                        throw Failure.Invalid($"Invalid input gradient index: {at}, the image's elements are [{start}, {start + image}).");
                    }

                    sums[(int)at] += gradient.Span<T>()[i];
                }
            };
        }
    }

    private readonly struct Average : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            return context =>
            {
                Value input = context.Input(0);
                PoolingGeometry geometry = spec.Geometry(context, input.Dimensions);
                AveragePooling.Forward<T>(geometry, input.Span<T>(), context.Allocate(0, OutputShape(geometry)).Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct AverageGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            PoolSpec spec = new(node, 4);
            return context =>
            {
                Value gradient = context.Input(1);
                Span<long> shape = stackalloc long[context.Input(0).ShapeLength];
                FillKernels.ReadShape(context.Input(0), shape);
                PoolingGeometry geometry = spec.Geometry(context, shape);
                PoolSpec.CheckShape(gradient, "grad", OutputShape(geometry));
                AveragePooling.Backward<T>(geometry, gradient.Span<T>(), context.Allocate(0, shape).Span<T>(), context.Workers);
            };
        }
    }
}
