using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>3-D convolution and its gradients.</summary>
internal static class VolumeKernels
{
    public static void Register(KernelTable table)
    {
        table.Storage<Forward>("Conv3D", TypeSet.Floats);
        table.Storage<BackpropFilter>("Conv3DBackpropFilter", TypeSet.Floats);
        table.Storage<BackpropFilter>("Conv3DBackpropFilterV2", TypeSet.Floats);
        table.Storage<BackpropInput>("Conv3DBackpropInput", TypeSet.Floats);
        table.Storage<BackpropInput>("Conv3DBackpropInputV2", TypeSet.Floats);
    }

    private delegate void Numeric<T>(
        in VolumeGeometry geometry, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> result, WorkerPool pool, Workspace workspace);

    // Narrow floats are summed as floats.
    private static void Run<T>(KernelContext context, in VolumeGeometry geometry, Numeric<float> single, Numeric<double> wide, Value first, Value second, Value result)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            wide(geometry, first.Span<double>(), second.Span<double>(), result.Span<double>(), context.Workers, context.Workspace);
        }
        else if (typeof(T) == typeof(float))
        {
            single(geometry, first.Span<float>(), second.Span<float>(), result.Span<float>(), context.Workers, context.Workspace);
        }
        else
        {
            using WidenedOperands<T> floats = new(context.Workspace, first.Span<T>(), second.Span<T>(), result.Count);
            single(geometry, floats.First, floats.Second, floats.Result, context.Workers, context.Workspace);
            Widening.FromSingle(floats.Result, result.Span<T>());
        }
    }

    private static VolumeGeometry Geometry(WindowSpec window, ReadOnlySpan<long> input, ReadOnlySpan<long> filter)
    {
        window.Check(StatusCode.InvalidArgument, StatusCode.InvalidArgument);
        window.CheckDense();
        if (input.Length != 5 || filter.Length != 5)
        {
            throw Failure.Invalid($"input and filter must be 5-dimensional, not {new Shape(input)} and {new Shape(filter)}");
        }

        if (filter[3] == 0 || input[4] != filter[3] || filter[0] * filter[1] * filter[2] == 0)
        {
            throw Failure.Invalid($"Number of channels in filter ({filter[3]}) must match last dimension of input ({input[4]}), and no window may be empty: {new Shape(filter)}");
        }

        return new VolumeGeometry(
            checked((int)input[0]), window.Axis(1, input[1], filter[0]), window.Axis(2, input[2], filter[1]), window.Axis(3, input[3], filter[2]),
            checked((int)input[4]), checked((int)filter[4]));
    }

    // A shape given as sizes, or in the first versions as a tensor that has it.
    private static long[] ReadShape(GraphOperation node, Value sizes)
    {
        if (!node.Type.EndsWith("V2", StringComparison.Ordinal))
        {
            return sizes.Dimensions.ToArray();
        }

        long[] shape = new long[sizes.ShapeLength];
        FillKernels.ReadShape(sizes, shape);
        return shape;
    }

    public readonly struct Forward : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node, 5);
            return context =>
            {
                Value input = context.Input(0), filter = context.Input(1);
                VolumeGeometry geometry = Geometry(window, input.Dimensions, filter.Dimensions);
                Value result = context.Allocate(0, geometry.OutputShape);
                Run<T>(context, geometry, VolumeConvolution<float>.Forward, VolumeConvolution<double>.Forward, input, filter, result);
            };
        }
    }

    private readonly struct BackpropFilter : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node, 5);
            return context =>
            {
                Value input = context.Input(0), gradient = context.Input(2);
                long[] shape = ReadShape(node, context.Input(1));
                VolumeGeometry geometry = Geometry(window, input.Dimensions, shape);
                PoolSpec.CheckShape(gradient, "out_backprop", geometry.OutputShape);
                Value result = context.Allocate(0, shape);
                Run<T>(context, geometry, VolumeConvolution<float>.BackwardFilter, VolumeConvolution<double>.BackwardFilter, input, gradient, result);
            };
        }
    }

    private readonly struct BackpropInput : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node, 5);
            return context =>
            {
                Value filter = context.Input(1), gradient = context.Input(2);
                long[] shape = ReadShape(node, context.Input(0));
                VolumeGeometry geometry = Geometry(window, shape, filter.Dimensions);
                PoolSpec.CheckShape(gradient, "out_backprop", geometry.OutputShape);
                Value result = context.Allocate(0, shape);
                Run<T>(context, geometry, VolumeConvolution<float>.BackwardInput, VolumeConvolution<double>.BackwardInput, filter, gradient, result);
            };
        }
    }
}
