namespace ModelSessions;

/// <content>Weights of examples, for losses and metrics.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Checks that weights fit values: one number, or the values' shape with sizes of 1 where one weight is for all; a run checks what is
    /// not known before.</summary>
    /// <returns>What must be waited for.</returns>
    /// <exception cref="GraphException">They do not.</exception>
    internal GraphOperation AssertBroadcastable(Operand weights, GraphTensor values)
    {
        using GraphScope scope = NameScope("assert_broadcastable");
        (GraphTensor Shape, GraphTensor Rank) ours, theirs;
        GraphTensor factors;
        using (GraphScope inner = NameScope("weights"))
        {
            factors = weights.ToTensor(this, DType.Float32, inner.Name);
            ours = (ShapeOf(factors, name: "shape"), RankOf(factors, "rank"));
        }

        using (NameScope("values"))
        {
            theirs = (ShapeOf(values, name: "shape"), RankOf(values, "rank"));
        }

        if (factors.Shape.HasRank && values.Shape.HasRank)
        {
            if (factors.Shape.Rank == 0)
            {
                return NoOp("static_scalar_check_success");
            }

            CheckKnownSizes(factors, values);
            if (factors.Shape.IsFullyDefined && values.Shape.IsFullyDefined)
            {
                return NoOp("static_dims_check_success");
            }
        }

        GraphTensor isScalar = Equal(0, ours.Rank, "is_scalar");
        GraphTensor fits = Cond(isScalar, () => isScalar, () => HasFittingShape(ours, theirs), "is_valid_shape");
        object[] shown =
        [
            "weights can not be broadcast to values.", "weights.shape=", factors.Name, ours.Shape, "values.shape=", values.Name, theirs.Shape, "is_scalar=", isScalar,
        ];
        return Assert(fits, shown, scope.Name);
    }

    private GraphTensor HasFittingShape((GraphTensor Shape, GraphTensor Rank) weights, (GraphTensor Shape, GraphTensor Rank) values)
    {
        using GraphScope scope = NameScope("has_valid_nonscalar_shape");
        GraphTensor same = Equal(values.Rank, weights.Rank, "is_same_rank");
        return Cond(same, Sizes, () => same, scope.Name);

        // Each size of the weights is among the values' size and 1.
        GraphTensor Sizes()
        {
            using GraphScope inner = NameScope("has_invalid_dims");
            GraphTensor wanted = ExpandDims(values.Shape, -1);
            wanted = Concat([wanted, OnesLike(wanted)], 1);
            GraphTensor given = ExpandDims(weights.Shape, -1);
            GraphOperation others = AddOperation("DenseToDenseSetOperation", null, new() { ["set_operation"] = "a-b" }, given, wanted);
            return Equal(0, SizeOf(others.Outputs[1], "num_invalid_dims"), inner.Name);
        }
    }

    private static void CheckKnownSizes(GraphTensor factors, GraphTensor values)
    {
        bool fits = factors.Shape.Rank == values.Shape.Rank;
        for (int i = 0; fits && i < values.Shape.Rank; i++)
        {
            fits = factors.Shape[i] is 1 or -1 || values.Shape[i] == -1 || factors.Shape[i] == values.Shape[i];
        }

        if (!fits)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The weights '{factors.Name}' {factors.Shape} do not fit '{values.Name}' {values.Shape}: they must be one number, or have the same number of dimensions, each of the same size or of 1.",
                values.Operation.Name);
        }
    }

    /// <summary>Weights of the values' own shape.</summary>
    internal GraphTensor BroadcastWeights(GraphTensor weights, GraphTensor values)
    {
        using GraphScope scope = NameScope("broadcast_weights");
        if (weights.Shape.IsFullyDefined && values.Shape.IsFullyDefined && weights.Shape.Equals(values.Shape))
        {
            return weights;
        }

        using GraphScope after = ControlDependencies(AssertBroadcastable(weights, values));
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
