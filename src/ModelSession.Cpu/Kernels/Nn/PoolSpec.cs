using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>The windows of a pool: of attributes, or of two last inputs.</summary>
internal sealed class PoolSpec(GraphOperation node, int rank)
{
    private readonly WindowSpec _window = new(node, rank);
    private readonly long[]? _size = node.Attributes.ContainsKey("ksize") ? [.. node.Ints("ksize")] : null;
    private readonly string _format = node.Attributes.ContainsKey("data_format") ? node.String("data_format") : "NHWC";

    /// <summary>The window's sizes and strides.</summary>
    /// <exception cref="EngineException">TensorFlow's CPU has no such pool.</exception>
    public (long[] Size, long[] Strides) Read(KernelContext context)
    {
        if (_format is not ("NHWC" or "NDHWC"))
        {
            throw Failure.Invalid($"{node.Type} only supports {(rank == 4 ? "NHWC" : "NDHWC")} on the CPU, not {_format}. Transpose its images before and after.");
        }

        (long[] size, long[] strides) = _size is null
            ? (Vector(context.Input(context.InputCount - 2)), Vector(context.Input(context.InputCount - 1)))
            : (_size, _window.Strides.ToArray());
        if (size.Length != rank || strides.Length != rank || size.Any(one => one < 1) || strides.Any(one => one < 1))
        {
            throw Failure.Invalid(
                $"Sliding window ksize [{string.Join(", ", size)}] and strides [{string.Join(", ", strides)}] must specify {rank} dimensions and be positive.");
        }

        if (size[0] != 1 || strides[0] != 1)
        {
            throw new EngineException(StatusCode.Unimplemented, "Pooling is not yet supported on the batch dimension.");
        }

        return (size, strides);
    }

    /// <summary>The dimensions of a pool over images, not over channels.</summary>
    public PoolingGeometry Geometry(KernelContext context, ReadOnlySpan<long> input)
    {
        (long[] size, long[] strides) = Read(context);
        CheckImages(input, size, strides);
        return new PoolingGeometry(checked((int)input[0]), Axis(1, input, size, strides), Axis(2, input, size, strides), checked((int)input[3]));
    }

    /// <summary>The dimensions of a pool over volumes.</summary>
    public VolumeGeometry Volume(KernelContext context, ReadOnlySpan<long> input)
    {
        (long[] size, long[] strides) = Read(context);
        CheckImages(input, size, strides);
        int channels = checked((int)input[4]);
        return new VolumeGeometry(
            checked((int)input[0]), Axis(1, input, size, strides), Axis(2, input, size, strides), Axis(3, input, size, strides), channels, channels);
    }

    /// <summary>Refuses a tensor that does not have a shape.</summary>
    public static void CheckShape(Value value, string what, ReadOnlySpan<long> expected)
    {
        if (!value.Dimensions.SequenceEqual(expected))
        {
            throw Failure.Invalid($"Expected {what} shape to be {new Shape(expected)}, but got {value.Shape}");
        }
    }

    private static long[] Vector(Value value)
    {
        long[] numbers = new long[value.ShapeLength];
        value.CopyIntegers(numbers);
        return numbers;
    }

    private void CheckImages(ReadOnlySpan<long> input, long[] size, long[] strides)
    {
        if (input.Length != rank)
        {
            throw Failure.Invalid($"tensor_in must be {rank}-dimensional, not {new Shape(input)}");
        }

        if (size[^1] != 1 || strides[^1] != 1)
        {
            throw new EngineException(StatusCode.Unimplemented, "Pooling is not yet supported on the depth dimension.");
        }
    }

    private WindowAxis Axis(int dimension, ReadOnlySpan<long> input, long[] size, long[] strides)
    {
        WindowAxis axis = _window.Axis(dimension, input[dimension], size[dimension], strides);
        int after = (axis.Output - 1) * axis.Stride + axis.Window - axis.PadBefore - axis.Input;
        return axis.PadBefore < axis.Window && (axis.Output == 0 || after < axis.Window)
            ? axis
            : throw Failure.Invalid($"Paddings {axis.PadBefore} and {after} need to be smaller than the window size {axis.Window}.");
    }
}
