using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Maxima over 2-D windows, NHWC, as TensorFlow's CPU kernels find them: a window starts at the lowest finite value and an
/// element takes its place if it is greater. So NaN never wins, the first of equal elements does, and a window with nothing
/// greater gives the lowest finite value, its gradient going to its first element.</summary>
internal static class MaxPooling
{
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
            int imageLength = _geometry.Rows.Input * _geometry.Columns.Input * _geometry.Channels;
            _inputGradient.Slice(index * imageLength, imageLength).Clear();
            int lines = _geometry.Rows.Output;
            for (int window = 0; window < lines * _geometry.Columns.Output; window++)
            {
                (int row, int column) = Math.DivRem(window, _geometry.Columns.Output);
                Spread(new PoolingWindow(_geometry, index * lines + row, column));
            }
        }

        private void Spread(in PoolingWindow window)
        {
            int done = 0;
            if (Vector<T>.IsSupported)
            {
                for (; done + Vector<T>.Count <= _geometry.Channels; done += Vector<T>.Count)
                {
                    SpreadVector(window, done);
                }
            }

            for (; done < _geometry.Channels; done++)
            {
                SpreadOne(window, done);
            }
        }

        private void SpreadVector(in PoolingWindow window, int channel)
        {
            Vector<T> highest = new(T.MinValue);
            Vector<T> winner = Vector<T>.Zero;
            Vector<T> number = Vector<T>.Zero;
            for (int tap = 0; tap < window.Count; tap++, number += Vector<T>.One)
            {
                Vector<T> value = new(_input[(window.InputStart(tap) + channel)..]);
                Vector<T> greater = Vector.GreaterThan(value, highest);
                highest = Vector.ConditionalSelect(greater, value, highest);
                winner = Vector.ConditionalSelect(greater, number, winner);
            }

            Vector<T> gradient = new(_outputGradient[(window.OutputStart + channel)..]);
            number = Vector<T>.Zero;
            for (int tap = 0; tap < window.Count; tap++, number += Vector<T>.One)
            {
                Span<T> sums = _inputGradient[(window.InputStart(tap) + channel)..];
                (new Vector<T>(sums) + (gradient & Vector.Equals(winner, number))).CopyTo(sums);
            }
        }

        private void SpreadOne(in PoolingWindow window, int channel)
        {
            T highest = T.MinValue;
            int winner = 0;
            for (int tap = 0; tap < window.Count; tap++)
            {
                T value = _input[window.InputStart(tap) + channel];
                if (value > highest)
                {
                    highest = value;
                    winner = tap;
                }
            }

            if (window.Count > 0)
            {
                _inputGradient[window.InputStart(winner) + channel] += _outputGradient[window.OutputStart + channel];
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
