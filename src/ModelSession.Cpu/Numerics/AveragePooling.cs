using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Averages over 2-D windows, NHWC; padding does not count.</summary>
internal static class AveragePooling
{
    /// <summary>The average of each window.</summary>
    public static void Forward<T>(in PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output, WorkerPool pool)
        where T : unmanaged, INumber<T> =>
        pool.For(geometry.Batch * geometry.Rows.Output, new ForwardBody<T>(geometry, input, output));

    /// <summary>The gradient of the input: each window's is shared by its elements.</summary>
    public static void Backward<T>(in PoolingGeometry geometry, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged, INumber<T> =>
        pool.For(geometry.Batch, new BackwardBody<T>(geometry, outputGradient, inputGradient));

    private readonly ref struct ForwardBody<T>(PoolingGeometry geometry, ReadOnlySpan<T> input, Span<T> output) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _output = output;

        public void Run(int index, int slot)
        {
            for (int column = 0; column < _geometry.Columns.Output; column++)
            {
                Interruption.Check();
                PoolingWindow window = new(_geometry, index, column);
                Span<T> result = _output.Slice(window.OutputStart, _geometry.Channels);
                result.Clear();
                for (int tap = 0; tap < window.Count; tap++)
                {
                    TensorPrimitives.Add(result, _input.Slice(window.InputStart(tap), result.Length), result);
                }

                TensorPrimitives.Divide(result, T.CreateTruncating(window.Count), result);
            }
        }
    }

    private readonly ref struct BackwardBody<T>(PoolingGeometry geometry, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly PoolingGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        public void Run(int index, int slot)
        {
            int imageLength = _geometry.Rows.Input * _geometry.Columns.Input * _geometry.Channels;
            _inputGradient.Slice(index * imageLength, imageLength).Clear();
            for (int position = 0; position < _geometry.Rows.Output * _geometry.Columns.Output; position++)
            {
                Interruption.Check();
                (int row, int column) = Math.DivRem(position, _geometry.Columns.Output);
                PoolingWindow window = new(_geometry, index * _geometry.Rows.Output + row, column);
                ReadOnlySpan<T> gradient = _outputGradient.Slice(window.OutputStart, _geometry.Channels);
                T share = T.One / T.CreateTruncating(window.Count);
                for (int tap = 0; tap < window.Count; tap++)
                {
                    Span<T> sums = _inputGradient.Slice(window.InputStart(tap), gradient.Length);
                    TensorPrimitives.MultiplyAdd(gradient, share, sums, sums);
                }
            }
        }
    }
}
