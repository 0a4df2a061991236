using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions;

/// <summary>Asks a model about examples, in batches: datasets, arrays, rows, files of pictures. Random generators of the model are left as they
/// were found; for one thread at a time.</summary>
public sealed partial class Predictor : IDisposable
{
    // So many bytes of examples at once keep all processors busy.
    private const long BatchBytes = 32 << 20;

    // Of 8 × 8 pixels. Fewer numbers are mostly something else.
    private const int SmallestPicture = 64;

    private readonly ModelSession _session;
    private readonly PredictionOptions _options;
    private readonly SignatureInfo _signature;
    private readonly FrontFeed? _front;
    private readonly PredictionReader _reader;
    private readonly EngineState _generators;
    private PictureInput? _pictures;
    private long _next;

    /// <summary>A predictor for a session, which must live as long.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">How it is asked; null for as usual.</param>
    /// <exception cref="GraphException">The model has no such signature, or does not say what its predictions are.</exception>
    public Predictor(ModelSession session, PredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.ThrowIfDisposed();
        (_session, _options) = (session, options ?? new PredictionOptions());
        // Roles that a user has given say more than what a file says is run by default.
        _signature = (_options.Signature is null ? session.BoundSignature() : null) ?? session.Signature(_options.Signature);
        Contract = _options.Contract ?? session.Foremost.Contract;
        if (session.Front is { } front && _signature.Inputs.Count == 1)
        {
            _front = new FrontFeed(front, known => (known.Evaluation ?? known.Training) is { } value ? _ => value : null, training: false);
        }

        Inputs = [.. _signature.Inputs];
        Input = _front?.Examples ?? (Inputs is [var only] ? session.Tensor(_signature, only) : null);
        _reader = new PredictionReader(session, _signature, _options.Contract, Math.Max(1, _options.Top));
        _generators = session.Engine.CaptureState();
    }

    /// <summary>How raw data become what the model takes; null if that is not known.</summary>
    public DataContract? Contract { get; }

    /// <summary>What the signature takes, by name.</summary>
    public IReadOnlyList<SignatureTensor> Inputs { get; }

    /// <summary>The tensor that takes examples; null where examples are several tensors.</summary>
    public GraphTensor? Input { get; }

    /// <summary>Whether files of pictures are likely to be its examples: the contract says so, or the input is as large as a small picture.</summary>
    public bool TakesPictures => Contract?.PictureForm() is not null
        || (Input is { } input && input.DType != DType.String && PictureInput.TryFor(Contract, input, out _pictures) && _pictures!.ExampleShape.ElementCount >= SmallestPicture);

    /// <summary>How many examples are run at once.</summary>
    public int BatchSize => _options.BatchSize ?? (int)Math.Clamp(BatchBytes / (sizeof(float) * Math.Max(1, ExampleSize)), 1, ModelSession.DefaultEvaluationBatchSize);

    /// <summary>Asks about the examples of a dataset.</summary>
    /// <param name="part">The dataset.</param>
    /// <param name="most">At most so many of them, from the first on.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="GraphException">The examples do not fit the model, or come from raw data in another way than those that it has learnt from.</exception>
    public IEnumerable<Prediction> Predict(DatasetPart part, long most = long.MaxValue, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (_options.Contract is null)
        {
            _session.Foremost.CheckContract(part);
        }

        return Over(part, Math.Min(most, part.Count), cancel);
    }

    /// <summary>Asks about arrays.</summary>
    /// <param name="arrays">Raw arrays, of which the contract makes what the model takes; or, by the options, what it takes. The first dimension counts
    /// them, but one alone may come without it.</param>
    /// <param name="sources">Where they come from; null for nowhere.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="GraphException">They do not fit the model.</exception>
    public IEnumerable<Prediction> Predict(Tensor arrays, IReadOnlyList<object?>? sources = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        GraphTensor input = SingleInput();
        if (input.DType == DType.String)
        {
            Tensor texts = IsExample(arrays) ? arrays.Reshape(Shape.Create([1, .. arrays.Shape])) : arrays;
            return Run(texts, Numbered(checked((int)texts.Shape[0]), sources), cancel);
        }

        Tensor batch = InBatch(arrays);
        AskedExample[] examples = Numbered(checked((int)batch.Shape[0]), sources);
        return Parts(batch, examples, cancel);
    }

    /// <summary>Asks about rows: names and values, in the columns of the data that the model has learnt from.</summary>
    /// <param name="rows">The rows. Columns that the model does not know are passed over.</param>
    /// <param name="sources">Where they come from.</param>
    /// <param name="failed">Is told of each row that lacks a column, or has a value that cannot stand there; the others are gone on with.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="GraphException">The model takes no rows.</exception>
    public IEnumerable<Prediction> PredictRows(
        IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>> rows, IReadOnlyList<object?>? sources, Action<int, Exception> failed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(failed);
        GraphTensor input = SingleInput();
        DataContract contract = Contract is { Columns.Count: > 0 } known
            ? known
            : throw new GraphException(StatusCode.InvalidArgument, $"The model takes {Described()}, not rows: it was not trained with data that have columns.");
        (Tensor? batch, int[] kept) = RowInput.Encode(contract, rows, input.DType, _next, failed);
        AskedExample[] examples = Numbered(rows.Count, sources);
        return batch is null ? [] : Parts(batch.Reshape(Batched(contract.Shape, batch.Shape[0])), Array.ConvertAll(kept, i => examples[i]), cancel);
    }

    /// <summary>Asks about pictures, or, where the model takes texts, about the content of files.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="failed">Is told of each file that cannot be read, or is no picture that the model can take; the others are gone on with.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="GraphException">The model takes no pictures, or does not tell of which size.</exception>
    public IEnumerable<Prediction> PredictFiles(IReadOnlyList<string> paths, Action<int, Exception> failed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(failed);
        GraphTensor input = SingleInput();
        if (input.DType != DType.String)
        {
            _pictures ??= new PictureInput(Contract, input);
        }

        return OfFiles(paths, failed, cancel);
    }

    /// <summary>Asks about examples of several tensors.</summary>
    /// <param name="inputs">A tensor for each input of the signature; the first dimension of all counts the examples.</param>
    /// <param name="sources">Where they come from; null for nowhere.</param>
    /// <param name="cancel">Stops the run between nodes.</param>
    /// <exception cref="GraphException">They do not fit the signature.</exception>
    public IEnumerable<Prediction> Predict(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<object?>? sources = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        long[] counts = [.. inputs.Values.Select(value => value.Shape.Rank > 0 ? value.Shape[0] : -1).Distinct()];
        return counts is [>= 0 and var count]
            ? Run(inputs, Numbered(checked((int)count), sources), cancel)
            : throw new GraphException(StatusCode.InvalidArgument, $"The inputs are {string.Join(", ", inputs.Select(pair => $"'{pair.Key}' {pair.Value.Describe()}"))}; the first dimension of all must be the number of examples.");
    }

    /// <summary>Whether an array is one example, without the dimension that counts them.</summary>
    public bool IsExample(Tensor array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Shape fed = BatchFeed.FedShape(SingleInput());
        Shape example = (_options.Encoded ? null : Contract?.Shape) ?? (fed.Rank > 0 ? Shape.Create(fed.Dimensions[1..]) : Shape.Unknown);
        return array.Shape.Rank == 0
            || (example.IsFullyDefined ? array.ElementCount == example.ElementCount && (array.Shape.Rank <= example.Rank || array.Shape[0] != 1) : array.Shape.Rank == example.Rank);
    }

    /// <summary>Puts the model's random generators back.</summary>
    public void Dispose() => _session.Engine.RestoreState(_generators);

    private long ExampleSize => Contract?.Shape.ElementCount ?? (Input is { } input && BatchFeed.FedShape(input) is { Rank: > 1 } shape ? Shape.Create([.. shape.Dimensions[1..].ToArray().Select(size => Math.Abs(size))]).ElementCount : 1);

    private string Described() => string.Join("; ", Inputs.Select(input => input.ToString()));

    private GraphTensor SingleInput() => Input ?? throw new GraphException(
        StatusCode.InvalidArgument, $"The signature {_signature} takes {Inputs.Count} inputs: {Described()}. Give objects or tables with a value for each.");

    private AskedExample[] Numbered(int count, IReadOnlyList<object?>? sources)
    {
        long first = _next;
        _next += count;
        return [.. Enumerable.Range(0, count).Select(i => new AskedExample(first + i, sources?[i], null))];
    }
}
