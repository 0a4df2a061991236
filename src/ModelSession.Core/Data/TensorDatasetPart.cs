using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Examples that stand in memory as tensors: the first dimension counts them.</summary>
internal sealed class TensorDatasetPart : DatasetPart
{
    private readonly Tensor _inputs;
    private readonly Tensor? _labels;
    private readonly Tensor? _weights;
    private readonly Lazy<string> _fingerprint;

    public TensorDatasetPart(string name, Tensor inputs, Tensor? labels, DataContract? contract = null, Tensor? weights = null)
        : base(name)
    {
        _inputs = Checked(inputs, "inputs");
        _labels = labels is null ? null : Checked(labels, "labels");
        _weights = weights is null ? null : CheckedWeights(weights, inputs);
        if (labels is not null && labels.Shape[0] != inputs.Shape[0])
        {
            throw new ArgumentException($"The inputs are {inputs.Shape}, the labels {labels.Shape}: their first dimensions must be equal.", nameof(labels));
        }

        Count = inputs.Shape[0];
        ExampleShape = Shape.Create(inputs.Shape.Dimensions[1..]);
        Contract = contract;
        ClassCount = labels is not { Shape.Rank: 1 } || !labels.DType.IsInteger() ? null : contract is not null ? contract.ClassCount : Classes(labels);
        _fingerprint = new Lazy<string>(() => $"{inputs.Describe()}:{Crc(inputs, Crc(labels, Crc(weights, 0))):x8}");
    }

    public override long Count { get; }

    public override Shape ExampleShape { get; }

    public override Shape LabelShape => _labels is null ? Shape.Scalar : Shape.Create(_labels.Shape.Dimensions[1..]);

    public override int? ClassCount { get; }

    public override bool HasLabels => _labels is not null;

    internal override bool HasFractions => _labels?.DType.IsFloating() == true;

    public override bool HasWeights => _weights is not null;

    public override DataContract? Contract { get; }

    public override string Source => Origin;

    /// <summary>Where the tensors come from.</summary>
    internal string Origin { get; init; } = "memory";

    public override string Fingerprint => _fingerprint.Value;

    /// <summary>Makes the error of wrong data in a row; null where nothing is known of where rows come from.</summary>
    internal Func<long, bool, string, ModelFileException>? Faults { get; init; }

    internal override ModelFileException Fault(long row, bool isLabel, string message) => Faults?.Invoke(row, isLabel, message) ?? base.Fault(row, isLabel, message);

    public override void ReadWeights(ReadOnlySpan<long> rows, Tensor weights)
    {
        if (_weights is null)
        {
            base.ReadWeights(rows, weights);
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            NumberCopy.Set(weights, i, NumberCopy.Get(_weights, rows[i]));
        }
    }

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

    // Raw numbers become what the contract says; those of a table are so already.
    private void ReadInputs(ReadOnlySpan<long> rows, Tensor batch)
    {
        if (Contract is not { Columns.Count: 0 } contract || contract.Mean.Count + contract.Deviation.Count == 0 || batch.DType == _inputs.DType && batch.DType == DType.UInt8)
        {
            NumberCopy.Rows(_inputs, rows, batch);
            return;
        }

        double[] row = new double[ExampleShape.ElementCount];
        BatchWriter writer = new(this, batch, null);
        foreach (long number in rows)
        {
            NumberCopy.Row(_inputs, number, row);
            contract.Scale(row);
            writer.Add(row, []);
        }
    }

    private void ReadLabels(ReadOnlySpan<long> rows, Tensor batch)
    {
        Tensor labels = _labels ?? throw NoLabels();
        if (ClassCount is null || batch.Shape.Rank != 2 || batch.Shape[1] == 1)
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

    private static Tensor CheckedWeights(Tensor weights, Tensor inputs)
    {
        if (Checked(weights, "weights").ElementCount != inputs.Shape[0])
        {
            throw new ArgumentException($"The inputs are {inputs.Shape}, the weights {weights.Shape}: there must be one for each example.", nameof(weights));
        }

        for (long i = 0; i < weights.ElementCount; i++)
        {
            if (NumberCopy.Get(weights, i) is not (>= 0 and < double.PositiveInfinity))
            {
                throw new ArgumentException($"The weight of example {i} is {NumberCopy.Get(weights, i)}; it must be 0 or more.", nameof(weights));
            }
        }

        return weights;
    }

    private static Tensor Checked(Tensor tensor, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape.Rank > 0 && !tensor.DType.IsObject() && !tensor.DType.IsComplex()
            ? tensor
            : throw new ArgumentException($"The {what} are {tensor.Describe()}; they must be numbers whose first dimension counts the examples.");
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
