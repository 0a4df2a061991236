using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>Of each window, another image's element where the window has its maximum first; 0 where nothing equals the given maximum.</summary>
    public static void Pick<T>(
        in PoolingGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> other, Span<T> result, WorkerPool pool)
        where T : unmanaged, INumber<T> =>
        pool.For(geometry.Batch * geometry.Rows.Output, new PickBody<T>(geometry, input, output, other, result));

    private readonly unsafe ref struct ForwardBody<T>(PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output) : IParallelBody
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _output = output;

        public void Run(int index, int slot)
        {
            fixed (T* input = _input, output = _output)
            {
                for (int column = 0; column < _geometry.Columns.Output; column++)
                {
                    Interruption.Check();
                    PoolingWindow window = new(_geometry, index, column);
                    int done = 0;
                    for (; Vector<T>.IsSupported && done + Vector<T>.Count <= _geometry.Channels; done += Vector<T>.Count)
                    {
                        Highest(window, input + window.Start + done, _geometry.Channels, out _).Store(output + window.OutputStart + done);
                    }

                    for (; done < _geometry.Channels; done++)
                    {
                        output[window.OutputStart + done] = HighestOne(window, input + window.Start + done, _geometry.Channels, out _);
                    }
                }
            }
        }
    }

    private readonly unsafe ref struct BackwardBody<T>(
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

            fixed (T* input = _input, gradient = _outputGradient, sums = _inputGradient)
            {
                for (int row = 0; row < _geometry.Rows.Output; row++)
                {
                    Interruption.Check();
                    for (int column = 0; column < _geometry.Columns.Output; column++)
                    {
                        Spread(new PoolingWindow(_geometry, index * _geometry.Rows.Output + row, column), once, input, gradient, sums);
                    }
                }
            }
        }

        // Windows side by side that leave nothing out: then each element is in one of them.
        private static bool EachOnce(WindowAxis axis) =>
            axis.Window == axis.Stride && axis.PadBefore == 0 && axis.Output * axis.Stride >= axis.Input;

        private void Spread(in PoolingWindow window, bool once, T* input, T* gradient, T* sums)
        {
            // Taps are counted in lanes, and bytes end at 127.
            bool countable = Vector<T>.IsSupported && (sizeof(T) > 1 || window.Count <= sbyte.MaxValue);
            int done = 0;
            for (; countable && done + Vector<T>.Count <= _geometry.Channels; done += Vector<T>.Count)
            {
                Highest(window, input + window.Start + done, _geometry.Channels, out Vector<T> winner);
                Add(window, once, winner, Vector.Load(gradient + window.OutputStart + done), sums + window.Start + done);
            }

            for (; done < _geometry.Channels && window.Count > 0; done++)
            {
                HighestOne(window, input + window.Start + done, _geometry.Channels, out int winner);
                for (int tap = 0; once && tap < window.Count; tap++)
                {
                    sums[window.InputStart(tap) + done] = T.Zero;
                }

                sums[window.InputStart(winner) + done] += gradient[window.OutputStart + done];
            }
        }

        private void Add(in PoolingWindow window, bool once, Vector<T> winner, Vector<T> gradient, T* sums)
        {
            Vector<T> number = Vector<T>.Zero;
            for (int row = 0; row < window.Height; row++, sums += window.RowStep)
            {
                T* at = sums;
                for (int column = 0; column < window.Width; column++, at += _geometry.Channels, number += Vector<T>.One)
                {
                    // Added to 0 where nothing is there yet: -0 becomes 0 so or so.
                    ((once ? Vector<T>.Zero : Vector.Load(at)) + (gradient & Vector.Equals(winner, number))).Store(at);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector<T> Highest<T>(in PoolingWindow window, T* input, int channels, out Vector<T> winner)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Vector<T> highest = new(T.MinValue);
        Vector<T> number = Vector<T>.Zero;
        winner = Vector<T>.Zero;
        for (int row = 0; row < window.Height; row++, input += window.RowStep)
        {
            T* at = input;
            for (int column = 0; column < window.Width; column++, at += channels, number += Vector<T>.One)
            {
                Vector<T> value = Vector.Load(at);
                Vector<T> greater = Vector.GreaterThan(value, highest);
                highest = Vector.ConditionalSelect(greater, value, highest);
                winner = Vector.ConditionalSelect(greater, number, winner);
            }
        }

        return highest;
    }

    private static unsafe T HighestOne<T>(in PoolingWindow window, T* input, int channels, out int winner)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        T highest = T.MinValue;
        winner = 0;
        for (int row = 0; row < window.Height; row++, input += window.RowStep)
        {
            for (int column = 0; column < window.Width; column++)
            {
                T value = input[column * channels];
                if (value > highest)
                {
                    highest = value;
                    winner = row * window.Width + column;
                }
            }
        }

        return highest;
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
                Interruption.Check();
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

    private readonly ref struct PickBody<T>(
        PoolingGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> other, Span<T> result) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input, _output = output, _other = other;
        private readonly Span<T> _result = result;

        public void Run(int index, int slot)
        {
            for (int column = 0; column < _geometry.Columns.Output; column++)
            {
                Interruption.Check();
                PoolingWindow window = new(_geometry, index, column);
                for (int channel = 0; channel < _geometry.Channels; channel++)
                {
                    int tap = 0;
                    while (tap < window.Count && _input[window.InputStart(tap) + channel] != _output[window.OutputStart + channel])
                    {
                        tap++;
                    }

                    _result[window.OutputStart + channel] = tap < window.Count ? _other[window.InputStart(tap) + channel] : T.Zero;
                }
            }
        }
    }
}
