using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Examples that stand in memory as tensors: the first dimension counts them.</summary>
internal sealed class TensorDatasetPart : DatasetPart
{
    private readonly Tensor _inputs;
    private readonly Tensor? _labels;
    private readonly Lazy<string> _fingerprint;

    public TensorDatasetPart(string name, Tensor inputs, Tensor? labels)
        : base(name)
    {
        _inputs = Checked(inputs, "inputs");
        _labels = labels is null ? null : Checked(labels, "labels");
        if (labels is not null && labels.Shape[0] != inputs.Shape[0])
        {
            throw new ArgumentException($"The inputs are {inputs.Shape}, the labels {labels.Shape}: their first dimensions must be equal.", nameof(labels));
        }

        Count = inputs.Shape[0];
        ExampleShape = Shape.Create(inputs.Shape.Dimensions[1..]);
        ClassCount = labels is { Shape.Rank: 1 } && labels.DType.IsInteger() ? Classes(labels) : null;
        _fingerprint = new Lazy<string>(() => string.Create(
            CultureInfo.InvariantCulture, $"{inputs}:{Crc(inputs, Crc(labels, 0)):x8}"));
    }

    public override long Count { get; }

    public override Shape ExampleShape { get; }

    public override Shape LabelShape => _labels is null ? Shape.Scalar : Shape.Create(_labels.Shape.Dimensions[1..]);

    public override int? ClassCount { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels)
    {
        if (inputs is not null)
        {
            NumberCopy.Rows(_inputs, rows, inputs);
        }

        if (labels is not null)
        {
            ReadLabels(rows, labels);
        }
    }

    private void ReadLabels(ReadOnlySpan<long> rows, Tensor batch)
    {
        Tensor labels = _labels ?? throw new GraphException(StatusCode.InvalidArgument, $"'{Name}' has no labels, but the graph wants some.");
        if (ClassCount is null || batch.Shape.Rank != 2)
        {
            NumberCopy.Rows(labels, rows, batch);
            return;
        }

        int depth = (int)batch.Shape[1];
        for (int i = 0; i < rows.Length; i++)
        {
            int label = (int)NumberCopy.Get(labels, rows[i]);
            for (int j = 0; j < depth; j++)
            {
                NumberCopy.Set(batch, (long)i * depth + j, j == label ? 1 : 0);
            }
        }
    }

    private static Tensor Checked(Tensor tensor, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape.Rank > 0 && !tensor.DType.IsObject() && !tensor.DType.IsComplex()
            ? tensor
            : throw new ArgumentException($"The {what} are {tensor}; they must be numbers whose first dimension counts the examples.");
    }

    private static int? Classes(Tensor labels)
    {
        double most = -1;
        for (long i = 0; i < labels.ElementCount; i++)
        {
            double label = NumberCopy.Get(labels, i);
            if (label < 0)
            {
                return null;
            }

            most = Math.Max(most, label);
        }

        return most < int.MaxValue ? (int)most + 1 : null;
    }

    private static uint Crc(Tensor? tensor, uint crc)
    {
        const int part = 1 << 20;
        for (long at = 0; tensor is not null && at < tensor.ByteLength; at += part)
        {
            crc = Crc32C.Append(crc, tensor.Buffer.Bytes(at, (int)Math.Min(part, tensor.ByteLength - at)));
        }

        return crc;
    }
}
