namespace ModelSessions;

/// <content>Sequences.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Recurrent networks: <c>tf.nn.static_rnn</c>, <c>tf.nn.dynamic_rnn</c>.</summary>
    public RnnBuilder Rnn => field ??= new RnnBuilder(this);

    /// <summary>Which places of sequences are within their lengths: true before the end, in a new last dimension.</summary>
    /// <param name="lengths">The lengths, whole numbers.</param>
    /// <param name="maxLength">The size of the new dimension; the greatest length if null.</param>
    /// <param name="dtype">The type of the result: true and false, or 1 and 0.</param>
    /// <param name="name"><c>SequenceMask</c> if null.</param>
    public GraphTensor SequenceMask(GraphTensor lengths, Operand? maxLength = null, DType dtype = DType.Bool, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        using GraphScope scope = NameScope(name ?? "SequenceMask");
        GraphTensor limit;
        if (maxLength is { } given)
        {
            limit = given.ToTensor(this, DType.Int32, "Const");
        }
        else
        {
            limit = ReduceMax(lengths);
            limit = Maximum(Constant(0, limit.DType), limit);
        }

        GraphTensor row = Add("Range", Constant(0, limit.DType), limit, Constant(1, limit.DType));
        GraphTensor column = Add("Cast", null, new() { ["DstT"] = limit.DType }, ExpandDims(lengths, -1));
        GraphTensor mask = row.Less(column);
        return dtype == DType.Bool ? mask : Add("Cast", "Cast", new() { ["DstT"] = dtype }, mask);
    }
}
