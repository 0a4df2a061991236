namespace ModelSessions.Data;

/// <summary>Fills the tensors that a graph's input and label tensors are fed with.</summary>
internal sealed class BatchFeed
{
    private readonly DatasetPart _part;
    private readonly (DType Type, Shape Example)? _inputs;
    private readonly (DType Type, Shape Example)? _labels;
    private readonly (DType Type, Shape Example)? _weights;
    private readonly SparseClasses? _classes;
    private readonly bool _wholeLabels;
    private readonly int _largestBatch;

    /// <summary>A feed for some tensors of a graph.</summary>
    /// <exception cref="GraphException">The graph's tensors cannot take the examples.</exception>
    public BatchFeed(DatasetPart part, GraphTensor? inputs, GraphTensor? labels, int largestBatch, GraphTensor? weights = null)
    {
        _part = part;
        _inputs = inputs is null ? null : (inputs.DType, InputShape(part.ExampleShape, part.Name, inputs));
        _labels = labels is null ? null : (labels.DType, LabelShape(part, labels));
        _weights = weights is null ? null : (weights.DType, WeightShape(weights));
        _classes = labels is null ? null : Classes(part, labels);
        _wholeLabels = labels is not null && labels.DType.IsInteger() && part.HasFractions;
        _largestBatch = (int)Math.Clamp(part.Count, 1, largestBatch);
    }

    /// <summary>Memory for a batch.</summary>
    public Batch CreateBatch() => new(_inputs, _labels, _weights, _largestBatch);

    /// <summary>Fills a batch with the examples that it is to hold.</summary>
    public void Fill(Batch batch)
    {
        try
        {
            Read(batch);
            if (batch.Labels is { } labels && _classes?.FirstWrong(labels) is { } wrong)
            {
                throw WrongLabel(
                    batch, wrong.Index, wrong.Label, $"the model's classes are 0 to {_classes.Count - 1} ('{_classes.Logits.Name}' is {_classes.Logits.Shape})");
            }

            if (batch.Weights is { } weights)
            {
                _part.ReadWeights(batch.Rows, weights);
            }
        }
        catch (ModelFileException error)
        {
            error.IsOfData = true;
            throw;
        }
    }

    // What a tensor of integers would cut off is refused: a label of 1.5 is not the class 1.
    private void Read(Batch batch)
    {
        if (!_wholeLabels || batch.Labels is not { } labels)
        {
            _part.Read(batch.Rows, batch.Inputs, batch.Labels);
            return;
        }

        Tensor exact = Tensor.Uninitialized(DType.Float64, labels.Shape);
        _part.Read(batch.Rows, batch.Inputs, exact);
        for (long i = 0; i < exact.ElementCount; i++)
        {
            double label = NumberCopy.Get(exact, i);
            if (label != Math.Floor(label))
            {
                throw WrongLabel(batch, i, label, $"the model takes whole numbers ({labels.DType.Name()})");
            }

            NumberCopy.Set(labels, i, label);
        }
    }

    private ModelFileException WrongLabel(Batch batch, long index, double label, string allowed) => _part.Fault(
        batch.Rows[(int)(index / (batch.Labels!.ElementCount / batch.Rows.Length))], isLabel: true, $"the label is {label}; {allowed}.");

    /// <summary>The shape of an example as a graph takes it, without the batch dimension: what the placeholder says, or the examples' own shape.
    /// [?, 784] takes 28×28 images.</summary>
    /// <param name="example">The examples' own shape.</param>
    /// <param name="name">What the data are called.</param>
    /// <param name="inputs">The graph's tensor.</param>
    /// <exception cref="GraphException">It cannot take them.</exception>
    internal static Shape InputShape(Shape example, string name, GraphTensor inputs)
    {
        Shape wanted = FedShape(inputs);
        if (wanted.Rank <= 0)
        {
            return example;
        }

        long[] rest = wanted.Dimensions[1..].ToArray();
        long known = rest.Where(size => size >= 0).Aggregate(1L, (a, b) => a * b);
        long size = example.ElementCount;
        int unknown = rest.Count(dimension => dimension < 0);
        if (unknown == 1 && known > 0 && size % known == 0)
        {
            rest[Array.FindIndex(rest, dimension => dimension < 0)] = size / known;
        }
        else if (unknown > 1 && rest.Length == example.Rank)
        {
            rest = example.Dimensions.ToArray();
        }
        else if (unknown > 0 || known != size)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"Examples of shape {example} ('{name}') do not fit the model's input '{inputs.Name}' {wanted}.", inputs.Operation.Name);
        }

        return Shape.Create(rest);
    }

    // Rank 2 wants one-hot rows, rank 1 class numbers; where the rank is not known, integers are class numbers.
    private static Shape LabelShape(DatasetPart part, GraphTensor labels)
    {
        if (!part.HasLabels)
        {
            throw part.NoLabels();
        }

        Shape wanted = FedShape(labels);
        Shape one = wanted.HasRank && wanted.Rank > 0 ? Shape.Create(wanted.Dimensions[1..]) : Shape.Scalar;
        if (part.ClassCount is null)
        {
            // A single value stands for a row of one, too.
            return !wanted.HasRank || wanted.IsCompatibleWith(Shape.Create([Shape.UnknownDimension, .. part.LabelShape])) ? part.LabelShape
                : wanted.Rank > 0 && one.ElementCount == part.LabelShape.ElementCount ? one
                : throw new GraphException(
                    StatusCode.InvalidArgument, $"Labels of shape {part.LabelShape} ('{part.Name}') do not fit the model's '{labels.Name}' {wanted}.", labels.Operation.Name);
        }

        if (wanted.Rank == 2 && wanted[1] == 1 && part.ClassCount <= 2)
        {
            return one;
        }

        bool oneHot = wanted.Rank == 2 || (wanted.Rank < 0 && labels.DType.IsFloating());
        if (wanted.Rank is > 2 or 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The label tensor '{labels.Name}' is {wanted}; labels are fed as class numbers [?] or one-hot rows [?, classes].", labels.Operation.Name);
        }

        if (!oneHot)
        {
            return Shape.Scalar;
        }

        long depth = wanted.Rank == 2 && wanted[1] >= 0 ? wanted[1] : part.ClassCount.Value;
        return part.ClassCount <= depth
            ? [depth]
            : throw TooManyClasses(part, labels, $"the label tensor '{labels.Name}' {wanted}", depth);
    }

    private static SparseClasses? Classes(DatasetPart part, GraphTensor labels)
    {
        SparseClasses? classes = SparseClasses.Of(labels);
        return classes is null || part.ClassCount is not { } count || count <= classes.Count
            ? classes
            : throw TooManyClasses(
                part, labels, $"the model, whose labels '{labels.Name}' are class numbers of '{classes.Logits.Name}' {classes.Logits.Shape},", classes.Count);
    }

    // With the first example that there is no room for, as far as it is found without reading long.
    private static GraphException TooManyClasses(DatasetPart part, GraphTensor labels, string taker, long room)
    {
        const int block = 1024, most = 1_000_000;
        string first = "";
        for (long at = 0; at < Math.Min(part.Count, most) && first.Length == 0; at += block)
        {
            long[] rows = new long[Math.Min(block, part.Count - at)];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = at + i;
            }

            Tensor numbers = Tensor.Uninitialized(DType.Int64, [rows.Length]);
            part.Read(rows, null, numbers);
            if (new SparseClasses(room, labels).FirstWrong(numbers) is { } wrong)
            {
                first = " " + part.Fault(rows[wrong.Index], isLabel: true, $"the label is of class {wrong.Label}.").Message;
            }
        }

        string counted = part.ClassCount == room + 1 && part.ClassNames.Count == 0
            ? $" Classes are counted from 0. Where those of a table begin with 1, name them when it is imported: -ClassName (1..{room})." : "";
        return new GraphException(StatusCode.InvalidArgument, $"'{part.Name}' has {part.ClassCount} classes; {taker} has room for {room}.{first}{counted}", labels.Operation.Name);
    }

    // One number for each example, in whatever form that multiplies its loss.
    private static Shape WeightShape(GraphTensor weights)
    {
        Shape wanted = FedShape(weights);
        Shape each = wanted.Rank <= 1 ? Shape.Scalar : Shape.Create([.. wanted.Dimensions[1..].ToArray().Select(size => Math.Abs(size))]);
        return wanted.Rank != 0 && each.ElementCount == 1
            ? each
            : throw new GraphException(StatusCode.InvalidArgument, $"The tensor of weights '{weights.Name}' is {wanted}; it must take one number for each example, [?].", weights.Operation.Name);
    }

    /// <summary>The shape of what may be fed: of a placeholder without a known shape, what its attribute says.</summary>
    internal static Shape FedShape(GraphTensor tensor) =>
        tensor.Shape.HasRank || tensor.Operation.Type != "Placeholder" ? tensor.Shape : tensor.Operation.Shape("shape");
}
