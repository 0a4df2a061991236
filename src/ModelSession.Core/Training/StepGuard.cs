namespace ModelSessions.Training;

/// <summary>Ends a step whose loss is not finite, or what it is about to write into a variable: before anything is written. Updates of few numbers
/// are looked at in each step, large ones now and then, so that looking costs little.</summary>
internal sealed class StepGuard : RunGuard
{
    /// <summary>Larger updates are looked at now and then.</summary>
    public const long SmallUpdate = 1 << 16;

    /// <summary>That is: at the first step and at each so many.</summary>
    public const int Period = 8;

    private readonly GraphTensor? _loss;
    private readonly Dictionary<GraphTensor, bool> _isLarge = [];
    private readonly Dictionary<GraphOperation, bool> _nodes = [];
    private int _step = -1;

    /// <summary>A guard of the steps of a training.</summary>
    /// <param name="loss">The loss; null if there is none.</param>
    /// <param name="train">The operation of a step.</param>
    public StepGuard(GraphTensor? loss, GraphOperation train)
    {
        _loss = loss;
        foreach (GraphTensor update in Updates.Of(train))
        {
            bool isLarge = update.Shape.ElementCount is < 0 or > SmallUpdate;
            _isLarge[update] = isLarge;
            _nodes[update.Operation] = isLarge && _nodes.GetValueOrDefault(update.Operation, true);
        }
    }

    /// <summary>Which tensor ended the step; null for none.</summary>
    public GraphTensor? Tensor { get; private set; }

    /// <summary>What is not finite in it.</summary>
    public NonFiniteTensor? Found { get; private set; }

    /// <summary>Before each step.</summary>
    public void Begin() => _step = (_step + 1) % Period;

    /// <inheritdoc/>
    public override bool Wants(GraphOperation node) => node == _loss?.Operation || (_nodes.TryGetValue(node, out bool isLarge) && (!isLarge || _step == 0));

    /// <inheritdoc/>
    public override bool Ends(GraphTensor output, Tensor value)
    {
        if (output == _loss || (_isLarge.TryGetValue(output, out bool isLarge) && (!isLarge || _step == 0)))
        {
            Found = NonFinite.In(value, output.Name, output.Operation.Type);
            Tensor = Found is null ? null : output;
        }

        return Found is not null;
    }
}
