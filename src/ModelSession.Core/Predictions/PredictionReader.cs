using ModelSessions.Data;

namespace ModelSessions;

/// <summary>From the values of a signature's outputs to what they say of each example.</summary>
internal sealed class PredictionReader
{
    private readonly GraphTensor _tensor;
    private readonly SignatureTensor _output;
    private readonly IReadOnlyList<string> _classes;
    private readonly int? _classCount;
    private readonly bool _hasOtherLabels;
    private readonly int _top;
    private readonly int _nameWidth;
    private OutputForm? _form;

    /// <summary>A reader.</summary>
    /// <param name="session">The session.</param>
    /// <param name="signature">What is run.</param>
    /// <param name="contract">The contract in place of the session's; null for that.</param>
    /// <param name="top">How many classes are listed.</param>
    public PredictionReader(ModelSession session, SignatureInfo signature, DataContract? contract, int top)
    {
        _output = SignatureRoles.Prediction(signature.Outputs, session.Graph) ?? throw new GraphException(
            StatusCode.NotFound, $"Of the outputs of {signature} none is known to be what the model says. Restore the model with -Binding @{{ predictions = 'name' }}, or run it by Invoke-ModelSession.");
        _tensor = session.Tensor(signature, _output);
        _classes = contract?.ClassNames is { Count: > 0 } own ? own : session.ClassNames;
        DataContract? known = contract ?? session.Contract;
        _classCount = known?.ClassCount ?? (_classes.Count > 0 ? _classes.Count : null);
        _hasOtherLabels = known is { ClassCount: null, Labels.Count: > 0 } && _classes.Count == 0;
        _top = top;
        _nameWidth = _classes.Select(name => name.Length).DefaultIfEmpty().Max();
    }

    /// <summary>A class by its number: its name, or the number.</summary>
    public object Class(long number) => number >= 0 && number < _classes.Count ? _classes[(int)number] : number <= int.MaxValue ? (object)(int)number : number;

    /// <summary>What the outputs say of each example.</summary>
    /// <exception cref="GraphException">An output is not one of as many examples.</exception>
    public Prediction[] Read(IReadOnlyDictionary<string, Tensor> outputs, AskedExample[] examples)
    {
        Tensor value = outputs[_output.Name];
        if (value.Shape.Rank == 0 || value.Shape[0] != examples.Length)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"'{_tensor.Name}' gives {value.Describe()} for {examples.Length} examples, not something for each. Restore the model with -Binding @{{ predictions = 'name' }}, or run it by Invoke-ModelSession.",
                _tensor.Operation.Name);
        }

        Tensor? names = NamesBeside(outputs, value);
        _form ??= names is not null ? OutputForm.Probabilities : OutputForms.Of(_tensor, value, _classCount, _hasOtherLabels);
        Prediction[] predictions = new Prediction[examples.Length];
        for (int i = 0; i < predictions.Length; i++)
        {
            Dictionary<string, Tensor>? others = outputs.Count == 1 ? null : outputs.Where(pair => pair.Key != _output.Name)
                .ToDictionary(pair => pair.Key, pair => pair.Value.Shape.Rank > 0 && pair.Value.Shape[0] == examples.Length ? Row(pair.Value, i) : pair.Value, StringComparer.OrdinalIgnoreCase);
            predictions[i] = Of(value, i, examples[i], names, others);
        }

        return predictions;
    }

    private Prediction Of(Tensor value, int row, AskedExample example, Tensor? names, Dictionary<string, Tensor>? others)
    {
        switch (_form)
        {
            case OutputForm.Tensors:
                return new TensorPrediction(Row(value, row)) { Example = example, Outputs = others };
            case OutputForm.Values:
                return new ValuePrediction(Row(value, row).ToArray()) { Example = example, Outputs = others };
            case OutputForm.ClassNumber:
                return new ClassPrediction(Class((long)NumberCopy.Get(value, row)), null) { Example = example, Outputs = others, NameWidth = _nameWidth };
            default:
                int width = (int)(value.ElementCount / value.Shape[0]);
                ClassScores scores = new(Probabilities(value, row, width), names is null ? number => Class(number) : number => names.StringAt(row * width + number), _top);
                return new ClassPrediction(scores.Best[0].Class, scores) { Example = example, Outputs = others, NameWidth = _nameWidth };
        }
    }

    private float[] Probabilities(Tensor value, int row, int width)
    {
        double[] numbers = new double[width];
        for (int i = 0; i < width; i++)
        {
            numbers[i] = NumberCopy.Get(value, (long)row * width + i);
        }

        switch (_form)
        {
            case OutputForm.LogProbabilities:
                return Array.ConvertAll(numbers, number => (float)Math.Exp(number));
            case OutputForm.LogOdds:
                return Array.ConvertAll(numbers, number => (float)(1 / (1 + Math.Exp(-number))));
            case OutputForm.Logits:
                double most = numbers.Max(), sum = numbers.Sum(number => Math.Exp(number - most));
                return Array.ConvertAll(numbers, number => (float)(Math.Exp(number - most) / sum));
            default:
                return Array.ConvertAll(numbers, number => (float)number);
        }
    }

    // A signature for classification gives names and scores side by side.
    private Tensor? NamesBeside(IReadOnlyDictionary<string, Tensor> outputs, Tensor scores) =>
        _output.Name == "scores" && outputs.TryGetValue("classes", out Tensor? names) && names.DType == DType.String && names.Shape.Equals(scores.Shape) ? names : null;

    private static Tensor Row(Tensor tensor, int row)
    {
        Shape shape = Shape.Create(tensor.Shape.Dimensions[1..]);
        Tensor part = Tensor.Uninitialized(tensor.DType, shape);
        if (tensor.DType.IsObject())
        {
            tensor.Objects.Slice(row * (int)shape.ElementCount, (int)shape.ElementCount).CopyTo(part.Objects);
        }
        else
        {
            tensor.Buffer.Bytes(row * part.ByteLength, checked((int)part.ByteLength)).CopyTo(part.Bytes());
        }

        return part;
    }
}
