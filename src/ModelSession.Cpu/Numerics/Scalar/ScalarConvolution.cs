namespace ModelSessions.Cpu.Numerics;

/// <summary>2-D convolutions, one element after the other: for types without vectors, and the reference of the vector kernels.</summary>
internal static class ScalarConvolution
{
    public static void Forward<T, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, Epilogue<T> epilogue, WorkerPool pool)
        where T : unmanaged
        where TMath : IScalarMath<T> =>
        pool.For(geometry.Batch * geometry.Rows.Output, new ForwardBody<T, TMath>(geometry, input, filter, output, epilogue));

    public static void BackwardInput<T, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        inputGradient.Clear();
        pool.For(geometry.Batch, new InputBody<T, TMath>(geometry, filter, outputGradient, inputGradient));
    }

    public static void BackwardFilter<T, TMath>(
        in ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient, WorkerPool pool)
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        filterGradient.Clear();
        pool.For(geometry.Rows.Window * geometry.Columns.Window, new FilterBody<T, TMath>(geometry, input, outputGradient, filterGradient));
    }

    // The input channel, counted in its group, and the filter element of a tap.
    private static (int Input, int Filter) Channels(in ConvolutionGeometry geometry, int tap, int channel, int outputChannel)
    {
        int group = outputChannel / (geometry.OutputChannels / geometry.Groups);
        return (group * geometry.FilterInputChannels + channel,
            (tap * geometry.FilterInputChannels + channel) * geometry.OutputChannels + outputChannel);
    }

    // Where a tap of a window reads; -1 in the padding.
    private static int Position(in WindowAxis axis, int window, int tap)
    {
        int at = window * axis.Stride - axis.PadBefore + tap * axis.Dilation;
        return (uint)at < (uint)axis.Input ? at : -1;
    }

    private readonly ref struct ForwardBody<T, TMath>(
        ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> filter, Span<T> output, Epilogue<T> epilogue) : IParallelBody
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        private readonly ConvolutionGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly ReadOnlySpan<T> _filter = filter;
        private readonly Span<T> _output = output;
        private readonly Epilogue<T> _epilogue = epilogue;

        public void Run(int index, int slot)
        {
            (int image, int row) = Math.DivRem(index, _geometry.Rows.Output);
            for (int column = 0; column < _geometry.Columns.Output; column++)
            {
                Interruption.Check();
                for (int channel = 0; channel < _geometry.OutputChannels; channel++)
                {
                    int at = (index * _geometry.Columns.Output + column) * _geometry.OutputChannels + channel;
                    _output[at] = _epilogue.Apply<TMath>(Sum(image, row, column, channel), channel);
                }
            }
        }

        private T Sum(int image, int row, int column, int outputChannel)
        {
            T sum = default;
            for (int tap = 0; tap < _geometry.Rows.Window * _geometry.Columns.Window; tap++)
            {
                (int tapRow, int tapColumn) = Math.DivRem(tap, _geometry.Columns.Window);
                int y = Position(_geometry.Rows, row, tapRow);
                int x = Position(_geometry.Columns, column, tapColumn);
                for (int channel = 0; channel < _geometry.FilterInputChannels; channel++)
                {
                    (int inputChannel, int filterAt) = Channels(_geometry, tap, channel, outputChannel);
                    T value = y < 0 || x < 0
                        ? default
                        : _input[((image * _geometry.Rows.Input + y) * _geometry.Columns.Input + x) * _geometry.InputChannels + inputChannel];
                    sum = TMath.MultiplyAdd(value, _filter[filterAt], sum);
                }
            }

            return sum;
        }
    }

    private readonly ref struct InputBody<T, TMath>(
        ConvolutionGeometry geometry, ReadOnlySpan<T> filter, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : IParallelBody
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        private readonly ConvolutionGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _filter = filter;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        public void Run(int index, int slot)
        {
            for (int window = 0; window < _geometry.Rows.Output * _geometry.Columns.Output; window++)
            {
                Interruption.Check();
                (int row, int column) = Math.DivRem(window, _geometry.Columns.Output);
                for (int tap = 0; tap < _geometry.Rows.Window * _geometry.Columns.Window; tap++)
                {
                    (int tapRow, int tapColumn) = Math.DivRem(tap, _geometry.Columns.Window);
                    int y = Position(_geometry.Rows, row, tapRow);
                    int x = Position(_geometry.Columns, column, tapColumn);
                    if (y >= 0 && x >= 0)
                    {
                        int windowAt = (index * _geometry.Rows.Output * _geometry.Columns.Output + window) * _geometry.OutputChannels;
                        int inputAt = ((index * _geometry.Rows.Input + y) * _geometry.Columns.Input + x) * _geometry.InputChannels;
                        Spread(tap, windowAt, inputAt);
                    }
                }
            }
        }

        private void Spread(int tap, int windowAt, int inputAt)
        {
            for (int outputChannel = 0; outputChannel < _geometry.OutputChannels; outputChannel++)
            {
                for (int channel = 0; channel < _geometry.FilterInputChannels; channel++)
                {
                    (int inputChannel, int filterAt) = Channels(_geometry, tap, channel, outputChannel);
                    ref T sum = ref _inputGradient[inputAt + inputChannel];
                    sum = TMath.MultiplyAdd(_outputGradient[windowAt + outputChannel], _filter[filterAt], sum);
                }
            }
        }
    }

    private readonly ref struct FilterBody<T, TMath>(
        ConvolutionGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> filterGradient) : IParallelBody
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        private readonly ConvolutionGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _filterGradient = filterGradient;

        public void Run(int index, int slot)
        {
            (int tapRow, int tapColumn) = Math.DivRem(index, _geometry.Columns.Window);
            for (int window = 0; window < _geometry.Batch * _geometry.Rows.Output * _geometry.Columns.Output; window++)
            {
                Interruption.Check();
                (int line, int column) = Math.DivRem(window, _geometry.Columns.Output);
                (int image, int row) = Math.DivRem(line, _geometry.Rows.Output);
                int y = Position(_geometry.Rows, row, tapRow);
                int x = Position(_geometry.Columns, column, tapColumn);
                if (y >= 0 && x >= 0)
                {
                    int inputAt = ((image * _geometry.Rows.Input + y) * _geometry.Columns.Input + x) * _geometry.InputChannels;
                    Gather(index, window * _geometry.OutputChannels, inputAt);
                }
            }
        }

        private void Gather(int tap, int windowAt, int inputAt)
        {
            for (int outputChannel = 0; outputChannel < _geometry.OutputChannels; outputChannel++)
            {
                for (int channel = 0; channel < _geometry.FilterInputChannels; channel++)
                {
                    (int inputChannel, int filterAt) = Channels(_geometry, tap, channel, outputChannel);
                    ref T sum = ref _filterGradient[filterAt];
                    sum = TMath.MultiplyAdd(_input[inputAt + inputChannel], _outputGradient[windowAt + outputChannel], sum);
                }
            }
        }
    }
}
