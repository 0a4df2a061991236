using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Maxima and averages over windows of volumes, NDHWC; padding does not count.</summary>
internal static class VolumePooling
{
    /// <summary>What is done with a voxel of a window.</summary>
    private enum Step
    {
        Maximum,
        Average,
        MaximumGradient,
        AverageGradient,
        PickedGradient,
    }

    /// <summary>The maximum of each window, with TensorFlow's order of comparisons: an element stays only while none after it is not less.
    /// So a NaN ends with the next element.</summary>
    public static void Maximum<T>(in VolumeGeometry geometry, ReadOnlySpan<T> input, Span<T> output, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        output.Fill(T.MinValue);
        pool.For(geometry.Batch, new Body<T>(Step.Maximum, geometry, input, default, default, output));
    }

    /// <summary>The average of each window.</summary>
    public static void Average<T>(in VolumeGeometry geometry, ReadOnlySpan<T> input, Span<T> output, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        output.Clear();
        pool.For(geometry.Batch, new Body<T>(Step.Average, geometry, input, default, default, output));
    }

    /// <summary>The gradient of the input: each window's goes to all elements that equal its maximum.</summary>
    public static void MaximumBackward<T>(
        in VolumeGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        inputGradient.Clear();
        pool.For(geometry.Batch, new Body<T>(Step.MaximumGradient, geometry, input, output, outputGradient, inputGradient));
    }

    /// <summary>The gradient of <see cref="MaximumBackward"/>'s gradient: of each window that of the first element that equals its maximum.</summary>
    public static void MaximumPick<T>(
        in VolumeGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> inputGradient, Span<T> result, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        result.Clear();
        pool.For(geometry.Batch, new Body<T>(Step.PickedGradient, geometry, input, output, inputGradient, result));
    }

    /// <summary>The gradient of the input: each window's is shared by its elements.</summary>
    public static void AverageBackward<T>(in VolumeGeometry geometry, ReadOnlySpan<T> outputGradient, Span<T> inputGradient, WorkerPool pool)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        inputGradient.Clear();
        pool.For(geometry.Batch, new Body<T>(Step.AverageGradient, geometry, default, default, outputGradient, inputGradient));
    }

    // One volume a part.
    private readonly ref struct Body<T>(
        Step step, VolumeGeometry geometry, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> gradient, Span<T> result) : IParallelBody
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly VolumeGeometry _geometry = geometry;
        private readonly ReadOnlySpan<T> _input = input, _output = output, _gradient = gradient;
        private readonly Span<T> _result = result;

        public void Run(int index, int slot)
        {
            int windows = (int)(_geometry.WindowCount / _geometry.Batch);
            for (int number = index * windows; number < (index + 1) * windows; number++)
            {
                Interruption.Check();
                VolumeWindow window = new(_geometry, number);
                (int Start, int End) planes = Cut(_geometry.Planes, window.Plane), rows = Cut(_geometry.Rows, window.Row), columns = Cut(_geometry.Columns, window.Column);
                T count = T.CreateTruncating((planes.End - planes.Start) * (rows.End - rows.Start) * (columns.End - columns.Start));
                for (int plane = planes.Start; plane < planes.End; plane++)
                {
                    for (int row = rows.Start; row < rows.End; row++)
                    {
                        for (int column = columns.Start; column < columns.End; column++)
                        {
                            Take(number * _geometry.InputChannels, _geometry.InputStart(window.Image, plane, row, column), count);
                        }
                    }
                }

                Finish(number * _geometry.InputChannels, (planes, rows, columns), window.Image, count);
            }
        }

        private static (int Start, int End) Cut(in WindowAxis axis, int start) => (Math.Max(start, 0), Math.Min(start + axis.Window, axis.Input));

        private void Take(int at, int voxel, T count)
        {
            int channels = _geometry.InputChannels;
            switch (step)
            {
                case Step.Maximum: Later(_input.Slice(voxel, channels), _result.Slice(at, channels)); break;
                case Step.Average: TensorPrimitives.Add(_result.Slice(at, channels), _input.Slice(voxel, channels), _result.Slice(at, channels)); break;
                case Step.AverageGradient:
                    TensorPrimitives.MultiplyAdd(_gradient.Slice(at, channels), T.One / count, _result.Slice(voxel, channels), _result.Slice(voxel, channels));
                    break;
                case Step.MaximumGradient:
                    for (int channel = 0; channel < channels; channel++)
                    {
                        _result[voxel + channel] += _input[voxel + channel] == _output[at + channel] ? _gradient[at + channel] : T.Zero;
                    }

                    break;
            }
        }

        private void Finish(int at, ((int Start, int End) Planes, (int Start, int End) Rows, (int Start, int End) Columns) inside, int image, T count)
        {
            int channels = _geometry.InputChannels;
            if (step == Step.Average)
            {
                TensorPrimitives.Divide(_result.Slice(at, channels), count, _result.Slice(at, channels));
            }

            for (int channel = 0; step == Step.PickedGradient && channel < channels; channel++)
            {
                _result[at + channel] = Picked(inside, image, channel, _output[at + channel]);
            }
        }

        private T Picked(((int Start, int End) Planes, (int Start, int End) Rows, (int Start, int End) Columns) inside, int image, int channel, T maximum)
        {
            for (int plane = inside.Planes.Start; plane < inside.Planes.End; plane++)
            {
                for (int row = inside.Rows.Start; row < inside.Rows.End; row++)
                {
                    for (int column = inside.Columns.Start; column < inside.Columns.End; column++)
                    {
                        int voxel = _geometry.InputStart(image, plane, row, column) + channel;
                        if (_input[voxel] == maximum)
                        {
                            return _gradient[voxel];
                        }
                    }
                }
            }

            return T.Zero;
        }

        private static void Later(ReadOnlySpan<T> values, Span<T> largest)
        {
            int done = 0;
            for (; Vector<T>.IsSupported && done + Vector<T>.Count <= largest.Length; done += Vector<T>.Count)
            {
                Vector<T> value = new(values[done..]), before = new(largest[done..]);
                Vector.ConditionalSelect(Vector.LessThan(value, before), before, value).CopyTo(largest[done..]);
            }

            for (; done < largest.Length; done++)
            {
                largest[done] = values[done] < largest[done] ? largest[done] : values[done];
            }
        }
    }
}
