using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Grey-scale dilation: the largest sum of an image's element and a filter's, and its gradients.</summary>
internal static class DilationKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Forward>("Dilation2D", TypeSet.Numbers);
        table.Numbers<BackpropFilter>("Dilation2DBackpropFilter", TypeSet.Numbers);
        table.Numbers<BackpropInput>("Dilation2DBackpropInput", TypeSet.Numbers);
    }

    private static ConvolutionGeometry Geometry(WindowSpec window, Value input, Value filter)
    {
        window.Check(StatusCode.InvalidArgument, StatusCode.Unimplemented);
        if (input.Rank != 4 || filter.Rank != 3)
        {
            throw Failure.Invalid($"input must be 4-dimensional and filter 3-dimensional, not {input.Shape} and {filter.Shape}");
        }

        int channels = checked((int)input.Dimensions[3]);
        return filter.Dimensions[2] == channels
            ? new ConvolutionGeometry(
                checked((int)input.Dimensions[0]), window.Axis(1, input.Dimensions[1], filter.Dimensions[0]),
                window.Axis(2, input.Dimensions[2], filter.Dimensions[1]), channels, channels)
            : throw Failure.Invalid($"input and filter must have the same depth: {channels} vs {filter.Dimensions[2]}");
    }

    private static long[] OutputShape(in ConvolutionGeometry geometry) =>
        [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels];

    // Where the largest sum of a window is. Nothing is greater than a NaN, and a NaN is greater than nothing: without a greatest sum it
    // is the lowest number, of the window's first place.
    private static T Largest<T>(in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, int window, int channel, out (int Input, int Filter) place)
        where T : INumber<T>, IMinMaxValue<T>
    {
        (int line, int column) = System.Math.DivRem(window, geometry.Columns.Output);
        (int image, int row) = System.Math.DivRem(line, geometry.Rows.Output);
        int top = row * geometry.Rows.Stride - geometry.Rows.PadBefore, left = column * geometry.Columns.Stride - geometry.Columns.PadBefore;
        T largest = T.MinValue;
        int channels = geometry.InputChannels;
        (int Row, int Column) first = (System.Math.Max(top, 0), System.Math.Max(left, 0));
        place = (((image * geometry.Rows.Input + first.Row) * geometry.Columns.Input + first.Column) * channels + channel, channel);
        for (int tap = 0; tap < geometry.Rows.Window * geometry.Columns.Window; tap++)
        {
            (int down, int right) = System.Math.DivRem(tap, geometry.Columns.Window);
            int y = top + down * geometry.Rows.Dilation, x = left + right * geometry.Columns.Dilation;
            if (y < 0 || y >= geometry.Rows.Input || x < 0 || x >= geometry.Columns.Input)
            {
                continue;
            }

            int at = ((image * geometry.Rows.Input + y) * geometry.Columns.Input + x) * channels + channel;
            T sum = input[at] + filter[tap * channels + channel];
            if (sum > largest)
            {
                largest = sum;
                place = (at, tap * channels + channel);
            }
        }

        return largest;
    }

    private readonly struct Forward : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            WindowSpec window = new(node);
            return context =>
            {
                Value input = context.Input(0), filter = context.Input(1);
                ConvolutionGeometry geometry = Geometry(window, input, filter);
                Value result = context.Allocate(0, OutputShape(geometry));
                context.Workers.For(geometry.Batch * geometry.Rows.Output, new Body<T>(geometry, input.Span<T>(), filter.Span<T>(), result.Span<T>()));
            };
        }
    }

    private readonly ref struct Body<T>(ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output) : IParallelBody
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly ReadOnlySpan<T> _input = input, _filter = filter;
        private readonly Span<T> _output = output;

        public void Run(int index, int slot)
        {
            for (int window = index * geometry.Columns.Output; window < (index + 1) * geometry.Columns.Output; window++)
            {
                for (int channel = 0; channel < geometry.InputChannels; channel++)
                {
                    _output[window * geometry.InputChannels + channel] = Largest(geometry, _input, _filter, window, channel, out _);
                }
            }
        }
    }

    private readonly struct BackpropInput : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Backprop<T>(node, ofFilter: false);
    }

    private readonly struct BackpropFilter : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Backprop<T>(node, ofFilter: true);
    }

    private static Kernel Backprop<T>(GraphOperation node, bool ofFilter)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        WindowSpec spec = new(node);
        return context =>
        {
            Value input = context.Input(0), filter = context.Input(1), gradient = context.Input(2);
            ConvolutionGeometry geometry = Geometry(spec, input, filter);
            PoolSpec.CheckShape(gradient, "out_backprop", OutputShape(geometry));
            Span<T> sums = context.Allocate(0, (ofFilter ? filter : input).Dimensions).Span<T>();
            sums.Clear();
            int channels = geometry.InputChannels;
            for (int i = 0; i < gradient.Count && sums.Length > 0; i++)
            {
                Largest<T>(geometry, input.Span<T>(), filter.Span<T>(), i / channels, i % channels, out (int Input, int Filter) place);
                sums[ofFilter ? place.Filter : place.Input] += gradient.Span<T>()[i];
            }
        };
    }
}
