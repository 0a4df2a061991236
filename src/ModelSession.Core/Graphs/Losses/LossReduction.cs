namespace ModelSessions;

/// <summary>How the losses of examples become one number.</summary>
public enum LossReduction
{
    /// <summary>Their weighted sum, divided by the number of those whose weight is not 0.</summary>
    SumByNonzeroWeights,

    /// <summary>They are left as they are, weighted.</summary>
    None,

    /// <summary>Their weighted sum.</summary>
    Sum,

    /// <summary>Their weighted sum, divided by their number.</summary>
    SumOverBatchSize,

    /// <summary>Their weighted sum, divided by the sum of the weights.</summary>
    Mean,
}

/// <summary>What may be said of a loss.</summary>
public sealed record LossOptions
{
    /// <summary>Factors of the losses: one, or of the losses' shape with sizes of 1 where it is one for all; 1 by default.</summary>
    public Operand Weights { get; init; } = 1.0;

    /// <summary>How the losses of examples become one number.</summary>
    public LossReduction Reduction { get; init; }

    /// <summary>The scope of the nodes; the loss's kind if null.</summary>
    public string? Name { get; init; }

    /// <summary>The collection that lists the loss; null for none.</summary>
    public string? Collection { get; init; } = CollectionKeys.Losses;

    /// <summary>How far labels are moved from 0 and 1 towards the middle, where the loss is a cross entropy.</summary>
    public double LabelSmoothing { get; init; }
}
