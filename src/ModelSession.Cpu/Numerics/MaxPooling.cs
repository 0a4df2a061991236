using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Maxima over 2-D windows, NHWC, as TensorFlow's CPU kernels find them: a window starts at the lowest finite value and an
/// element takes its place if it is greater. So NaN never wins, the first of equal elements does, and a window with nothing
/// greater gives the lowest finite value, its gradient going to its first element.</summary>
internal static class MaxPooling
{
    // Elements of a window whose places are kept on the stack.
    private const int TapsOnStack = 64;

    /// <summary>The maximum of each window.</summary>
    public static void Forward<T>(in PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        pool.For(geometry.Batch * geometry.Rows.Output, new ForwardBody<T>(geometry, input, output));

    /// <summary>The gradient of the input: each window's goes to its maximum.</summary>
    public static void Backward<T>(
        in PoolingGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        pool.For(geometry.Batch, new BackwardBody<T>(geometry, input, outputGradient, inputGradient));

    /// <summary>The maximum of each window and where it is. Here, other than in <see cref="Forward"/>, the first element counts whatever
    /// it is: NaN there stays.</summary>
    /// <param name="geometry">The dimensions.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The maxima.</param>
    /// <param name="positions">The flattened index in the image, or in the batch.</param>
    /// <param name="includeBatch">Whether indices count from the first image on.</param>
    /// <param name="pool">The threads.</param>
    public static void ForwardWithPositions<T>(
        in PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output, Span<long> positions, bool includeBatch, WorkerPool pool)
        where T : unmanaged, INumber<T> =>
        pool.For(geometry.Batch * geometry.Rows.Output, new PositionsBody<T>(geometry, input, output, positions, includeBatch));

    private readonly ref struct ForwardBody<T>(PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output) : IParallelBody
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _output = output;

        public void Run(int index, int slot)
        {
            for (int column = 0; column < _geometry.Columns.Output; column++)
            {
                PoolingWindow window = new(_geometry, index, column);
                Span<T> result = _output.Slice(window.OutputStart, _geometry.Channels);
                result.Fill(T.MinValue);
                for (int tap = 0; tap < window.Count; tap++)
                {
                    Raise(result, _input.Slice(window.InputStart(tap), result.Length));
                }
            }
        }

        private static void Raise(Span<T> maxima, ReadOnlySpan<T> values)
        {
            int done = 0;
            if (Vector<T>.IsSupported)
            {
                Span<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(maxima);
                ReadOnlySpan<Vector<T>> others = MemoryMarshal.Cast<T, Vector<T>>(values)[..vectors.Length];
                for (int i = 0; i < vectors.Length; i++)
                {
                    vectors[i] = Vector.ConditionalSelect(Vector.GreaterThan(others[i], vectors[i]), others[i], vectors[i]);
                }

                done = vectors.Length * Vector<T>.Count;
            }

            for (int i = done; i < maxima.Length; i++)
            {
                maxima[i] = values[i] > maxima[i] ? values[i] : maxima[i];
            }
        }
    }

    private readonly ref struct BackwardBody<T>(
        PoolingGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : IParallelBody
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        public void Run(int index, int slot)
        {
            bool once = EachOnce(_geometry.Rows) && EachOnce(_geometry.Columns);
            if (!once)
            {
                int imageLength = _geometry.Rows.Input * _geometry.Columns.Input * _geometry.Channels;
                _inputGradient.Slice(index * imageLength, imageLength).Clear();
            }

            int taps = Math.Min(_geometry.Rows.Window, _geometry.Rows.Input) * Math.Min(_geometry.Columns.Window, _geometry.Columns.Input);
            Span<int> starts = taps <= TapsOnStack ? stackalloc int[TapsOnStack] : new int[taps];
            int lines = _geometry.Rows.Output;
            for (int window = 0; window < lines * _geometry.Columns.Output; window++)
            {
                (int row, int column) = Math.DivRem(window, _geometry.Columns.Output);
                PoolingWindow place = new(_geometry, index * lines + row, column);
                for (int tap = 0; tap < place.Count; tap++)
                {
                    starts[tap] = place.InputStart(tap);
                }

                Spread(starts[..place.Count], place.OutputStart, once);
            }
        }

        // Windows side by side that leave nothing out: then each element is in one of them.
        private static bool EachOnce(WindowAxis axis) =>
            axis.Window == axis.Stride && axis.PadBefore == 0 && axis.Output * axis.Stride >= axis.Input;

        private void Spread(ReadOnlySpan<int> starts, int outputStart, bool once)
        {
            int done = 0;
            // Places are counted in T; one of 8 bits counts so far.
            if (Vector<T>.IsSupported && starts.Length <= sbyte.MaxValue)
            {
                for (; done + Vector<T>.Count <= _geometry.Channels; done += Vector<T>.Count)
                {
                    SpreadVector(starts, outputStart, done, once);
                }
            }

            for (; done < _geometry.Channels; done++)
            {
                SpreadOne(starts, outputStart, done, once);
            }
        }

        private void SpreadVector(ReadOnlySpan<int> starts, int outputStart, int channel, bool once)
        {
            Vector<T> highest = new(T.MinValue);
            Vector<T> winner = Vector<T>.Zero;
            Vector<T> number = Vector<T>.Zero;
            foreach (int start in starts)
            {
                Vector<T> value = new(_input[(start + channel)..]);
                Vector<T> greater = Vector.GreaterThan(value, highest);
                highest = Vector.ConditionalSelect(greater, value, highest);
                winner = Vector.ConditionalSelect(greater, number, winner);
                number += Vector<T>.One;
            }

            Vector<T> gradient = new(_outputGradient[(outputStart + channel)..]);
            number = Vector<T>.Zero;
            foreach (int start in starts)
            {
                // Added to 0 where nothing is there yet: -0 becomes 0 so or so.
                Span<T> sums = _inputGradient[(start + channel)..];
                Vector<T> before = once ? Vector<T>.Zero : new(sums);
                (before + (gradient & Vector.Equals(winner, number))).CopyTo(sums);
                number += Vector<T>.One;
            }
        }

        private void SpreadOne(ReadOnlySpan<int> starts, int outputStart, int channel, bool once)
        {
            T highest = T.MinValue;
            int winner = 0;
            for (int tap = 0; tap < starts.Length; tap++)
            {
                T value = _input[starts[tap] + channel];
                if (value > highest)
                {
                    highest = value;
                    winner = tap;
                }
            }

            for (int tap = 0; once && tap < starts.Length; tap++)
            {
                _inputGradient[starts[tap] + channel] = T.Zero;
            }

            if (starts.Length > 0)
            {
                _inputGradient[starts[winner] + channel] += _outputGradient[outputStart + channel];
            }
        }
    }

    private readonly ref struct PositionsBody<T>(
        PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output, Span<long> positions, bool includeBatch) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _output = output;
        private readonly Span<long> _positions = positions;
        private readonly bool _includeBatch = includeBatch;

        public void Run(int index, int slot)
        {
            int imageLength = _geometry.Rows.Input * _geometry.Columns.Input * _geometry.Channels;
            int origin = _includeBatch ? 0 : index / _geometry.Rows.Output * imageLength;
            for (int column = 0; column < _geometry.Columns.Output; column++)
            {
                PoolingWindow window = new(_geometry, index, column);
                for (int channel = 0; channel < _geometry.Channels; channel++)
                {
                    int best = window.InputStart(0) + channel;
                    for (int tap = 1; tap < window.Count; tap++)
                    {
                        int at = window.InputStart(tap) + channel;
                        best = _input[at] > _input[best] ? at : best;
                    }

                    _output[window.OutputStart + channel] = _input[best];
                    _positions[window.OutputStart + channel] = best - origin;
                }
            }
        }
    }
}
