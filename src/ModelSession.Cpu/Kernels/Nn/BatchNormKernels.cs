using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Batch normalisation and its gradients. Statistics are always float.</summary>
internal static class BatchNormKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Global>("BatchNormWithGlobalNormalization", TypeSet.Floats);
        table.Floats<GlobalGrad>("BatchNormWithGlobalNormalizationGrad", TypeSet.Floats);
        TypeSet types = TypeSet.Narrow | TypeSet.Float32;
        foreach (string version in (string[])["", "V2", "V3"])
        {
            table.Add("FusedBatchNorm" + version, "T", types, (node, _) => Wide(node, Fused(node)));
            table.Add("FusedBatchNormGrad" + version, "T", types, (node, _) => Wide(node, FusedGrad(node)));
        }
    }

    private static Kernel Wide(GraphOperation node, Kernel kernel) =>
        node.DType("T") == DType.Float32 ? kernel : NarrowFloats.Wrap(kernel, node.DType("T"));

    private static ChannelView View(KernelContext context, Value x, string format)
    {
        bool known = x.Rank is 4 or 5;
        return known
            ? new ChannelView(context, x.Dimensions, format.StartsWith("NC", StringComparison.Ordinal) ? 1 : x.Rank - 1)
            : throw Failure.Invalid($"input must be 4 or 5-dimensional, not {x.Shape}");
    }

    private static ReadOnlySpan<float> PerChannel(KernelContext context, int input, int channels, string what)
    {
        Value value = context.Input(input);
        return value.Rank == 1 && value.LongCount == channels
            ? value.Span<float>()
            : throw Failure.Invalid($"{what} must have the same number of elements as the channels of x, got {value.Shape} and {channels}");
    }

    private static Kernel Fused(GraphOperation node)
    {
        (string format, bool training) = (node.String("data_format"), node.Bool("is_training"));
        float epsilon = node.Float("epsilon"), factor = node.Attributes.ContainsKey("exponential_avg_factor") ? node.Float("exponential_avg_factor") : 1;
        return context =>
        {
            Value x = context.Input(0);
            ChannelView view = View(context, x, format);
            ReadOnlySpan<float> scale = PerChannel(context, 1, view.Channels, "scale"), offset = PerChannel(context, 2, view.Channels, "offset");
            bool olds = !training || factor != 1;
            ReadOnlySpan<float> oldMean = olds ? PerChannel(context, 3, view.Channels, "mean") : [];
            ReadOnlySpan<float> oldVariance = olds ? PerChannel(context, 4, view.Channels, "variance") : [];
            Value y = context.Forward(0, 0);
            Span<float> means = context.Allocate(1, [view.Channels]).Span<float>(), variances = context.Allocate(2, [view.Channels]).Span<float>();
            Span<float> mean = context.Allocate(3, [view.Channels]).Span<float>(), variance = context.Allocate(4, [view.Channels]).Span<float>();
            if (context.OutputCount > 5)
            {
                context.Allocate(5, [0]);
            }

            if (training)
            {
                view.Sum<float>(x.Span<float>(), mean);
                TensorPrimitives.Divide(mean, view.PerChannel, mean);
            }
            else
            {
                oldMean.CopyTo(mean);
                oldVariance.CopyTo(variance);
            }

            view.Each(TensorPrimitives.Subtract, x.Span<float>(), mean, y.Span<float>());
            if (training)
            {
                view.SumProduct<float>(y.Span<float>(), y.Span<float>(), variance);
                TensorPrimitives.Divide(variance, view.PerChannel, variance);
            }

            Blend(mean, oldMean, training ? factor : 0, 1, means);
            Blend(variance, oldVariance, training ? factor : 0, training ? view.PerChannel / (float)System.Math.Max(view.PerChannel - 1, 1) : 1, variances);
            Span<float> slope = context.Scratch<float>(view.Channels);
            InverseDeviation(variance, epsilon, slope);
            TensorPrimitives.Multiply(slope, scale, slope);
            view.Each(TensorPrimitives.Multiply, y.Span<float>(), slope, y.Span<float>());
            view.Each(TensorPrimitives.Add, y.Span<float>(), offset, y.Span<float>());
        };
    }

    // The running statistics after this batch; the variance of a sample is corrected (Bessel).
    private static void Blend(ReadOnlySpan<float> now, ReadOnlySpan<float> old, float factor, float correction, Span<float> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = factor == 1 ? now[i] * correction : factor == 0 ? old[i] : old[i] * (1 - factor) + now[i] * correction * factor;
        }
    }

    private static void InverseDeviation<T>(ReadOnlySpan<T> variance, T epsilon, Span<T> result)
        where T : IFloatingPointIeee754<T>
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = T.One / T.Sqrt(variance[i] + epsilon);
        }
    }

    private static Kernel FusedGrad(GraphOperation node)
    {
        (string format, bool training, float epsilon) = (node.String("data_format"), node.Bool("is_training"), node.Float("epsilon"));
        return context =>
        {
            Value dy = context.Input(0), x = context.Input(1);
            if (!dy.Dimensions.SequenceEqual(x.Dimensions))
            {
                throw Failure.Invalid($"x and y_backprop must have the same shape, but x has {x.Shape} and y_backprop has {dy.Shape}");
            }

            ChannelView view = View(context, x, format);
            ReadOnlySpan<float> scale = PerChannel(context, 2, view.Channels, "scale");
            ReadOnlySpan<float> mean = PerChannel(context, 3, view.Channels, "reserve_space_1"), variance = PerChannel(context, 4, view.Channels, "reserve_space_2");
            Span<float> normal = context.Scratch<float>(x.Count), slope = context.Scratch<float>(view.Channels);
            InverseDeviation(variance, epsilon, slope);
            view.Each(TensorPrimitives.Subtract, x.Span<float>(), mean, normal);
            view.Each(TensorPrimitives.Multiply, normal, slope, normal);
            Value dx = context.Allocate(0, x.Dimensions);
            Span<float> dScale = context.Allocate(1, [view.Channels]).Span<float>(), dOffset = context.Allocate(2, [view.Channels]).Span<float>();
            context.Allocate(3, [0]);
            context.Allocate(4, [0]);
            view.SumProduct<float>(dy.Span<float>(), normal, dScale);
            view.Sum<float>(dy.Span<float>(), dOffset);
            Span<float> average = context.Scratch<float>(view.Channels);
            dy.Span<float>().CopyTo(dx.Span<float>());
            if (training)
            {
                // The batch's own mean and variance follow every element.
                TensorPrimitives.Divide(dScale, view.PerChannel, average);
                view.Each(TensorPrimitives.Multiply, normal, average, normal);
                Elementwise.Zip(context.Workers, TensorPrimitives.Subtract, dx.Span<float>(), normal, dx.Span<float>());
                TensorPrimitives.Divide(dOffset, view.PerChannel, average);
                view.Each(TensorPrimitives.Subtract, dx.Span<float>(), average, dx.Span<float>());
            }

            TensorPrimitives.Multiply(slope, scale, slope);
            view.Each(TensorPrimitives.Multiply, dx.Span<float>(), slope, dx.Span<float>());
        };
    }

    private static ChannelView Last(KernelContext context, params ReadOnlySpan<int> perChannel)
    {
        Value x = context.Input(0);
        if (x.Rank != 4)
        {
            throw Failure.Invalid($"input must be 4-dimensional, not {x.Shape}");
        }

        foreach (int input in perChannel)
        {
            if (context.Input(input) is { } value && (value.Rank != 1 || value.LongCount != x.Dimensions[^1]))
            {
                throw Failure.Invalid($"Input {input} must have a number for each of {x.Dimensions[^1]} channels, not the shape {value.Shape}");
            }
        }

        return new ChannelView(context, x.Dimensions, 3);
    }

    // The op before FusedBatchNorm, with the statistics given.
    private readonly struct Global : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T epsilon = T.CreateTruncating(node.Float("variance_epsilon"));
            bool scales = node.Bool("scale_after_normalization");
            return context =>
            {
                ChannelView view = Last(context, 1, 2, 3, 4);
                Span<T> slope = context.Scratch<T>(view.Channels), y = context.Forward(0, 0).Span<T>();
                InverseDeviation(context.Input(2).Span<T>(), epsilon, slope);
                if (scales)
                {
                    TensorPrimitives.Multiply(slope, context.Input(4).Span<T>(), slope);
                }

                view.Each(TensorPrimitives.Subtract, context.Input(0).Span<T>(), context.Input(1).Span<T>(), y);
                view.Each(TensorPrimitives.Multiply, y, slope, y);
                view.Each(TensorPrimitives.Add, y, context.Input(3).Span<T>(), y);
            };
        }
    }

    private readonly struct GlobalGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T epsilon = T.CreateTruncating(node.Float("variance_epsilon"));
            bool scales = node.Bool("scale_after_normalization");
            return context =>
            {
                ChannelView view = Last(context, 1, 2, 3);
                Value x = context.Input(0), dy = context.Input(4);
                Span<T> slope = context.Scratch<T>(view.Channels), centred = context.Scratch<T>(x.Count);
                InverseDeviation(context.Input(2).Span<T>(), epsilon, slope);
                view.Each(TensorPrimitives.Subtract, x.Span<T>(), context.Input(1).Span<T>(), centred);
                Span<T> dx = context.Allocate(0, x.Dimensions).Span<T>(), dMean = Vector(1), dVariance = Vector(2), dOffset = Vector(3), dScale = Vector(4);
                view.Sum<T>(dy.Span<T>(), dOffset);
                view.SumProduct<T>(dy.Span<T>(), centred, dScale);
                ReadOnlySpan<T> scale = context.Input(3).Span<T>();
                T minusHalf = T.CreateTruncating(-0.5);
                for (int i = 0; i < slope.Length; i++)
                {
                    T factor = scales ? scale[i] : T.One;
                    dMean[i] = -dOffset[i] * slope[i] * factor;
                    dVariance[i] = dScale[i] * minusHalf * slope[i] * slope[i] * slope[i] * factor;
                    dScale[i] = scales ? dScale[i] * slope[i] : T.Zero;
                    slope[i] *= factor;
                }

                view.Each(TensorPrimitives.Multiply, dy.Span<T>(), slope, dx);

                Span<T> Vector(int output) => context.Allocate(output, [view.Channels]).Span<T>();
            };
        }
    }
}
