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
    }

    private static PoolingGeometry Geometry(WindowSpec window, long[] size, ReadOnlySpan<long> input)
    {
        if (input.Length != 4)
        {
            throw Failure.Invalid($"tensor_in must be 4-dimensional, not {new Shape(input)}");
        }

        if (size.Length != 4 || size[0] != 1 || size[3] != 1)
        {
            throw new EngineException(StatusCode.Unimplemented, $"Pooling over the window [{string.Join(", ", size)}] is not supported: it must be 1 for batch and channels.");
        }

        return new PoolingGeometry(
            checked((int)input[0]), window.Axis(1, input[1], size[1]), window.Axis(2, input[2], size[2]), checked((int)input[3]));
    }

    private static Value Allocate(KernelContext context, PoolingGeometry geometry) =>
        context.Allocate(0, [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.Channels]);

    private static void CheckGradient(PoolingGeometry geometry, Value gradient)
    {
        ReadOnlySpan<long> expected = [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.Channels];
        if (!gradient.Dimensions.SequenceEqual(expected))
        {
            throw Failure.Invalid($"The gradient of the output has the shape {gradient.Shape}; it must be {new Shape(expected)}.");
        }
    }

    private readonly struct Maximum : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            long[] size = [.. node.Ints("ksize")];
            return context =>
            {
                Value input = context.Input(0);
                if (size[3] > 1)
                {
                    OverChannels<T>(context, input, (int)size[3], node.Ints("strides"));
                    return;
                }

                PoolingGeometry geometry = Geometry(window, size, input.Dimensions);
                MaxPooling.Forward(geometry, input.Span<T>(), Allocate(context, geometry).Span<T>(), context.Workers);
            };
        }
    }

    // Windows over the channels alone, side by side: all that TensorFlow allows there.
    private static void OverChannels<T>(KernelContext context, Value input, int window, IReadOnlyList<long> strides)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (input.Rank != 4 || strides[3] != window || strides[1] != 1 || strides[2] != 1 || input.Dimensions[3] % window != 0)
        {
            throw new EngineException(StatusCode.Unimplemented, "Depthwise max pooling requires the depth window to equal the depth stride and to divide the depth evenly, and no pooling over rows and columns.");
        }

        ReadOnlySpan<T> x = input.Span<T>();
        Span<T> y = context.Allocate(0, [input.Dimensions[0], input.Dimensions[1], input.Dimensions[2], input.Dimensions[3] / window]).Span<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Kernels.Math.LargestOf.Of(x.Slice(i * window, window));
        }
    }

    private readonly struct MaximumGrad : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            long[] size = [.. node.Ints("ksize")];
            return context =>
            {
                Value input = context.Input(0), gradient = context.Input(2);
                PoolingGeometry geometry = Geometry(window, size, input.Dimensions);
                CheckGradient(geometry, gradient);
                Value result = context.Allocate(0, input.Dimensions);
                MaxPooling.Backward(geometry, input.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct Average : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            long[] size = [.. node.Ints("ksize")];
            return context =>
            {
                Value input = context.Input(0);
                PoolingGeometry geometry = Geometry(window, size, input.Dimensions);
                AveragePooling.Forward<T>(geometry, input.Span<T>(), Allocate(context, geometry).Span<T>(), context.Workers);
            };
        }
    }

    private readonly struct AverageGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            long[] size = [.. node.Ints("ksize")];
            return context =>
            {
                Value gradient = context.Input(1);
                Span<long> shape = stackalloc long[context.Input(0).ShapeLength];
                FillKernels.ReadShape(context.Input(0), shape);
                PoolingGeometry geometry = Geometry(window, size, shape);
                CheckGradient(geometry, gradient);
                AveragePooling.Backward<T>(geometry, gradient.Span<T>(), context.Allocate(0, shape).Span<T>(), context.Workers);
            };
        }
    }
}
