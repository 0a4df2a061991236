using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Kernels.Image;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Convolutions of images that are resized and padded on the way, as tools that prepare graphs for inference write them.
/// TensorFlow gives wrong values for all images of a batch but the first; here all are right.</summary>
internal static class FusedConvolutionKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Padded>("FusedPadConv2D", TypeSet.Of(DType.Float16, DType.Float32, DType.Float64));
        table.Floats<Padded>("FusedResizeAndPadConv2D", TypeSet.Of(DType.Float16, DType.Float32));
    }

    private readonly struct Padded : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            bool resizes = node.Type == "FusedResizeAndPadConv2D";
            SampleRule rule = new(resizes && node.Bool("resize_align_corners"), HalfPixels: false);
            return context =>
            {
                Value images = resizes ? BilinearKernels.Run<T>(context, rule, dimensions => context.Temporary(DType.Float32, dimensions)) : context.Input(0);
                Value paddings = context.Input(context.InputCount - 2), filter = context.Input(context.InputCount - 1);
                Value padded = MirrorPadKernels.Around<T>(context, images, paddings);
                ConvolutionGeometry geometry = ConvolutionKernels.Geometry(window, padded.Dimensions, filter.Dimensions, gradient: false);
                Value output = context.Allocate(0, [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels]);
                Convolution.Forward<T>(geometry, padded.Span<T>(), filter.Span<T>(), output.Span<T>(), default, context.Workers, context.Workspace);
            };
        }
    }
}
