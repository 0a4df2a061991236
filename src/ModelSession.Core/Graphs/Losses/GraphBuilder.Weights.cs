namespace ModelSessions;

/// <content>Weights of examples, for losses and metrics.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Checks that weights fit values: one number, or the values' shape with sizes of 1 where one weight is for all.</summary>
    /// <returns>What must be waited for; null where only a run can tell, since its multiplication does.</returns>
    /// <exception cref="GraphException">They do not.</exception>
    internal GraphOperation? AssertBroadcastable(Operand weights, GraphTensor values)
    {
        using GraphScope scope = NameScope("assert_broadcastable");
        GraphTensor factors, factorsShape;
        using (GraphScope inner = NameScope("weights"))
        {
            factors = weights.ToTensor(this, DType.Float32, inner.Name);
            factorsShape = ShapeOf(factors, name: "shape");
            RankOf(factors, "rank");
        }

        using (NameScope("values"))
        {
            ShapeOf(values, name: "shape");
            RankOf(values, "rank");
        }

        if (!factors.Shape.HasRank || !values.Shape.HasRank)
        {
            return null;
        }

        if (factors.Shape.Rank == 0)
        {
            return NoOp("static_scalar_check_success");
        }

        bool fits = factors.Shape.Rank == values.Shape.Rank;
        for (int i = 0; fits && i < values.Shape.Rank; i++)
        {
            fits = factors.Shape[i] is 1 or -1 || values.Shape[i] == -1 || factors.Shape[i] == values.Shape[i];
        }

        return !fits
            ? throw new GraphException(
                StatusCode.InvalidArgument,
                $"The weights '{factors.Name}' {factors.Shape} do not fit '{values.Name}' {values.Shape}: they must be one number, or have the same number of dimensions, each of the same size or of 1.",
                values.Operation.Name)
            : factors.Shape.IsFullyDefined && values.Shape.IsFullyDefined ? NoOp("static_dims_check_success") : null;
    }

    /// <summary>Weights of the values' own shape.</summary>
    internal GraphTensor BroadcastWeights(GraphTensor weights, GraphTensor values)
    {
        using GraphScope scope = NameScope("broadcast_weights");
        if (weights.Shape.IsFullyDefined && values.Shape.IsFullyDefined && weights.Shape.Equals(values.Shape))
        {
            return weights;
        }

        GraphOperation? check = AssertBroadcastable(weights, values);
        using GraphScope? after = check is null ? null : ControlDependencies(check);
        return Add("Mul", scope.Name, null, weights, OnesLike(values));
    }

    /// <summary>Labels and predictions without a last dimension of 1 that one of them has and the other does not.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="predictions">The predictions.</param>
    /// <param name="difference">How many dimensions the predictions should have more.</param>
    internal (GraphTensor Labels, GraphTensor Predictions) RemoveSqueezableDimensions(GraphTensor labels, GraphTensor predictions, int difference = 0)
    {
        using GraphScope scope = NameScope("remove_squeezable_dimensions");
        if (!labels.Shape.HasRank || !predictions.Shape.HasRank)
        {
            return (labels, predictions);
        }

        int found = predictions.Shape.Rank - labels.Shape.Rank;
        return found == difference + 1 && predictions.Shape[-1] is 1 or -1 ? (labels, Squeeze(predictions, [-1]))
            : found == difference - 1 && labels.Shape[-1] is 1 or -1 ? (Squeeze(labels, [-1]), predictions)
            : (labels, predictions);
    }
}
