using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>2-D convolution and its gradients. A depthwise one has a group for each channel: its filter lies in memory as theirs.</summary>
internal static class ConvolutionKernels
{
    private static readonly TypeSet Types = TypeSet.Floats | TypeSet.Of(DType.Int32);

    public static void Register(KernelTable table)
    {
        table.Add("Conv", "T", Types, Either);
        table.Storage<Forward>("Conv2D", Types);
        table.Storage<BackpropFilter>("Conv2DBackpropFilter", Types);
        table.Storage<BackpropInput>("Conv2DBackpropInput", Types);
        table.Storage<Forward>("DepthwiseConv2dNative", TypeSet.Floats);
        table.Storage<BackpropFilter>("DepthwiseConv2dNativeBackpropFilter", TypeSet.Floats);
        table.Storage<BackpropInput>("DepthwiseConv2dNativeBackpropInput", TypeSet.Floats);
    }

    /// <summary>A convolution of float or double images to which a bias (input 2) is added and an activation applied.</summary>
    public static Kernel WithBias(GraphOperation node, Activation activation)
    {
        WindowSpec window = new(node);
        return node.DType("T") == DType.Float32
            ? context => Convolve(context, window, new Epilogue<float>(context.Input(2).Span<float>(), activation))
            : context => Convolve(context, window, new Epilogue<double>(context.Input(2).Span<double>(), activation));
    }

    // TensorFlow's newer op for images and volumes.
    private static Kernel Either(GraphOperation node, CpuSession session)
    {
        Kernel images = Typed.Storage<Forward>(node, node.DType("T"));
        Kernel? volumes = TypeSet.Floats.Contains(node.DType("T")) ? Typed.Storage<VolumeKernels.Forward>(node, node.DType("T")) : null;
        long batchDimensions = node.Int("batch_dims"), groups = node.Int("groups");
        return context =>
        {
            int spatial = context.Input(0).Rank - 2;
            if (groups != 1)
            {
                throw new EngineException(StatusCode.Unimplemented, "Grouped/Depthwise Convolutions are not supported yet.");
            }

            if (batchDimensions != 1 || spatial is not (2 or 3))
            {
                throw Failure.Invalid($"The input must have 1 batch dimension and 2 or 3 spatial dimensions, not the shape {context.Input(0).Shape} with batch_dims {batchDimensions}");
            }

            (spatial == 2 ? images : volumes ?? images)(context);
        };
    }

    private static void Convolve<T>(KernelContext context, WindowSpec window, Epilogue<T> epilogue)
        where T : unmanaged
    {
        Value input = context.Input(0), filter = context.Input(1);
        ConvolutionGeometry geometry = Geometry(window, input.Dimensions, filter.Dimensions, gradient: false);
        Math.MatMulKernels.CheckBias(epilogue, geometry.OutputChannels);
        Value output = context.Allocate(0, [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels]);
        Convolution.Forward(geometry, input.Span<T>(), filter.Span<T>(), output.Span<T>(), epilogue, context.Workers, context.Workspace);
    }

    /// <summary>The dimensions of a node's convolution.</summary>
    public static ConvolutionGeometry Geometry(WindowSpec window, ReadOnlySpan<long> input, ReadOnlySpan<long> filter, bool gradient = true)
    {
        bool refused = gradient || window.IsDepthwise;
        window.Check(gradient && !window.IsDepthwise ? StatusCode.InvalidArgument : StatusCode.Unimplemented, refused ? StatusCode.InvalidArgument : StatusCode.Unimplemented);
        if (input.Length != 4 || filter.Length != 4)
        {
            throw Failure.Invalid($"input and filter must be 4-dimensional, not {new Shape(input)} and {new Shape(filter)}");
        }

        if (window.IsDepthwise)
        {
            filter = filter[2] == input[3]
                ? (long[])[filter[0], filter[1], System.Math.Min(1, filter[2]), filter[2] * filter[3]]
                : throw Failure.Invalid($"input and filter must have the same depth: {input[3]} vs {filter[2]}");
        }

        if (filter[0] == 0 || filter[1] == 0)
        {
            throw Failure.Invalid($"filter must not have zero elements (i.e. all dimensions must be non-zero), not {new Shape(filter)}");
        }

        if (filter[2] == 0 || input[3] % filter[2] != 0 || filter[3] % (input[3] / filter[2]) != 0)
        {
            throw Failure.Invalid($"input depth must be evenly divisible by filter depth: {input[3]} vs {filter[2]}");
        }

        return new ConvolutionGeometry(
            checked((int)input[0]),
            window.Axis(1, input[1], filter[0]),
            window.Axis(2, input[2], filter[1]),
            checked((int)input[3]),
            checked((int)filter[3]),
            (int)System.Math.Max(1, input[3] / filter[2]));
    }

    private static void CheckGradient(ConvolutionGeometry geometry, Value gradient)
    {
        ReadOnlySpan<long> expected = [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels];
        if (!gradient.Dimensions.SequenceEqual(expected))
        {
            throw Failure.Invalid($"The gradient of the output has the shape {gradient.Shape}; it must be {new Shape(expected)}.");
        }
    }

    private readonly struct Forward : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node);
            return context => Convolve<T>(context, window, default);
        }
    }

    private readonly struct BackpropInput : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node);
            return context =>
            {
                Value sizes = context.Input(0), filter = context.Input(1), gradient = context.Input(2);
                Span<long> shape = stackalloc long[4];
                ReadSizes(sizes, shape, gradient.Dimensions, filter.Dimensions);
                ConvolutionGeometry geometry = Geometry(window, shape, filter.Dimensions);
                CheckGradient(geometry, gradient);
                Value result = context.Allocate(0, shape);
                Convolution.BackwardInput(
                    geometry, filter.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers, context.Workspace);
            };
        }

        // Given in full, or as height and width alone.
        private static void ReadSizes(Value sizes, Span<long> shape, ReadOnlySpan<long> gradient, ReadOnlySpan<long> filter)
        {
            if (sizes.LongCount == 4)
            {
                FillKernels.ReadShape(sizes, shape);
                return;
            }

            if (sizes.LongCount != 2 || gradient.Length != 4 || filter.Length != 4)
            {
                throw Failure.Invalid($"input_sizes must have 4 or 2 elements, not {sizes.LongCount}.");
            }

            (shape[0], shape[1], shape[2], shape[3]) = (gradient[0], sizes.Integer(0), sizes.Integer(1), filter[2]);
        }
    }

    private readonly struct BackpropFilter : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            WindowSpec window = new(node);
            return context =>
            {
                Value input = context.Input(0), sizes = context.Input(1), gradient = context.Input(2);
                if (sizes.LongCount != 4)
                {
                    throw Failure.Invalid($"filter_sizes must have 4 elements, not {sizes.LongCount}.");
                }

                Span<long> shape = stackalloc long[4];
                FillKernels.ReadShape(sizes, shape);
                ConvolutionGeometry geometry = Geometry(window, input.Dimensions, shape);
                CheckGradient(geometry, gradient);
                Value result = context.Allocate(0, shape);
                Convolution.BackwardFilter(
                    geometry, input.Span<T>(), gradient.Span<T>(), result.Span<T>(), context.Workers, context.Workspace);
            };
        }
    }
}
