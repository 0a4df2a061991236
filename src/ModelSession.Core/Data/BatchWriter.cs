using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Data;

/// <summary>Writes examples one after the other into the tensors that a graph is fed with.</summary>
internal ref struct BatchWriter
{
    private readonly DatasetPart _part;
    private readonly Tensor? _inputs;
    private readonly Tensor? _labels;
    private readonly int _width;
    private readonly int _labelWidth;
    private int _row;

    /// <summary>A writer.</summary>
    /// <exception cref="GraphException">There are no labels, but the graph wants some.</exception>
    public BatchWriter(DatasetPart part, Tensor? inputs, Tensor? labels)
    {
        if (labels is not null && !part.HasLabels)
        {
            throw part.NoLabels();
        }

        (_part, _inputs, _labels) = (part, inputs, labels);
        _width = inputs is null || inputs.Shape[0] == 0 ? 0 : (int)(inputs.ElementCount / inputs.Shape[0]);
        _labelWidth = labels is null || labels.Shape[0] == 0 ? 0 : (int)(labels.ElementCount / labels.Shape[0]);
        if (inputs is not null && _width != part.ExampleShape.ElementCount)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Examples of shape {part.ExampleShape} ('{part.Name}') do not fit the input {inputs.Shape}.");
        }
    }

    /// <summary>Writes the next example.</summary>
    public void Add(ReadOnlySpan<double> inputs, ReadOnlySpan<double> labels)
    {
        if (_inputs is not null)
        {
            Write(inputs, _inputs, (long)_row * _width);
        }

        if (_labels is not null)
        {
            AddLabel(labels);
        }

        _row++;
    }

    private readonly void AddLabel(ReadOnlySpan<double> labels)
    {
        if (_part.ClassCount is null || _labels!.Shape.Rank != 2 || _labelWidth == 1)
        {
            Write(labels, _labels!, (long)_row * _labelWidth);
            return;
        }

        if (labels[0] >= _labelWidth)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"An example of '{_part.Name}' is of class {labels[0]}; the label tensor {_labels.Shape} has room for classes 0 to {_labelWidth - 1}.");
        }

        for (int i = 0; i < _labelWidth; i++)
        {
            NumberCopy.Set(_labels, (long)_row * _labelWidth + i, i == (int)labels[0] ? 1 : 0);
        }
    }

    private static void Write(ReadOnlySpan<double> numbers, Tensor target, long at)
    {
        switch (target.DType)
        {
            case DType.Float32:
                Convert(numbers, Part<float>(target, at, numbers.Length));
                break;
            case DType.Float64:
                numbers.CopyTo(Part<double>(target, at, numbers.Length));
                break;
            default:
                for (int i = 0; i < numbers.Length; i++)
                {
                    NumberCopy.Set(target, at + i, numbers[i]);
                }

                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<double> numbers, Span<T> target)
        where T : unmanaged, INumberBase<T> => TensorPrimitives.ConvertTruncating(numbers, target);

    private static Span<T> Part<T>(Tensor tensor, long at, int count)
        where T : unmanaged
    {
        int size = tensor.DType.Size();
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(tensor.Buffer.Bytes(at * size, count * size));
    }
}
