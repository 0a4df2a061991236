using System.Numerics;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Images of bytes with class numbers.</summary>
internal sealed class ImageDatasetPart : DatasetPart
{
    private readonly ReadOnlyMemory<byte> _images;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly int _size;
    private readonly Lazy<string> _fingerprint;

    /// <summary>A part over memory that it does not copy.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="images">One image after the other.</param>
    /// <param name="labels">A class number for each; smaller than <paramref name="classCount"/>.</param>
    /// <param name="exampleShape">The shape of an image.</param>
    /// <param name="classCount">The number of classes.</param>
    public ImageDatasetPart(string name, ReadOnlyMemory<byte> images, ReadOnlyMemory<byte> labels, Shape exampleShape, int classCount)
        : base(name)
    {
        _images = images;
        _labels = labels;
        _size = (int)exampleShape.ElementCount;
        ExampleShape = exampleShape;
        ClassCount = classCount;
        _fingerprint = new Lazy<string>(() => $"{Count}×{ExampleShape}:{Crc32C.Append(Crc32C.Of(_images.Span), _labels.Span):x8}");
    }

    public override long Count => _labels.Length;

    public override Shape ExampleShape { get; }

    public override Shape LabelShape => Shape.Scalar;

    public override int? ClassCount { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override DataContract Contract => new() { Shape = ExampleShape, Deviation = [255], ClassCount = ClassCount };

    public override void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels)
    {
        if (inputs is not null)
        {
            ReadInputs(rows, inputs);
        }

        if (labels is not null)
        {
            ReadLabels(rows, labels);
        }
    }

    private void ReadInputs(ReadOnlySpan<long> rows, Tensor batch)
    {
        if (batch.ElementCount != (long)rows.Length * _size)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Images of shape {ExampleShape} ({_size} values each) do not fit the input {batch.Shape}.");
        }

        switch (batch.DType)
        {
            case DType.UInt8:
                CopyImages(rows, batch.Span<byte>());
                break;
            case DType.Float32:
                Scale(rows, batch.Span<float>());
                break;
            case DType.Float64:
                Scale(rows, batch.Span<double>());
                break;
            case DType.Float16:
                Scale(rows, batch.Span<Half>());
                break;
            default:
                throw new GraphException(StatusCode.InvalidArgument, $"Images cannot be fed as {batch.DType.Name()}; the input must be float32, float64, float16 or uint8.");
        }
    }

    private void ReadLabels(ReadOnlySpan<long> rows, Tensor batch)
    {
        switch (batch.DType)
        {
            case DType.Float32: Label<float>(rows, batch); break;
            case DType.Float64: Label<double>(rows, batch); break;
            case DType.Float16: Label<Half>(rows, batch); break;
            case DType.Int32: Label<int>(rows, batch); break;
            case DType.Int64: Label<long>(rows, batch); break;
            case DType.UInt8: Label<byte>(rows, batch); break;
            default: throw new GraphException(StatusCode.InvalidArgument, $"Class numbers cannot be fed as {batch.DType.Name()}; the label tensor must hold numbers.");
        }
    }

    private void CopyImages(ReadOnlySpan<long> rows, Span<byte> target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            _images.Span.Slice((int)rows[i] * _size, _size).CopyTo(target[(i * _size)..]);
        }
    }

    // TensorFlow's users divide by 255 in float32; the product with 1/255 has other last bits.
    private void Scale<T>(ReadOnlySpan<long> rows, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        Span<T> scaled = stackalloc T[256];
        for (int pixel = 0; pixel < scaled.Length; pixel++)
        {
            scaled[pixel] = T.CreateChecked(pixel) / T.CreateChecked(255);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<byte> image = _images.Span.Slice((int)rows[i] * _size, _size);
            Span<T> row = target.Slice(i * _size, _size);
            for (int j = 0; j < image.Length; j++)
            {
                row[j] = scaled[image[j]];
            }
        }
    }

    private void Label<T>(ReadOnlySpan<long> rows, Tensor batch)
        where T : unmanaged, INumber<T>
    {
        Span<T> target = batch.Span<T>();
        if (batch.Shape.Rank == 1)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                target[i] = T.CreateChecked(_labels.Span[(int)rows[i]]);
            }

            return;
        }

        int depth = (int)batch.Shape[1];
        target.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            byte label = _labels.Span[(int)rows[i]];
            if (label >= depth)
            {
                throw new GraphException(StatusCode.InvalidArgument, $"Example {rows[i]} of '{Name}' is of class {label}; the label tensor {batch.Shape} has room for classes 0 to {depth - 1}.");
            }

            target[i * depth + label] = T.One;
        }
    }
}
