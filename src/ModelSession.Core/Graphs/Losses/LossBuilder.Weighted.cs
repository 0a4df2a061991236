namespace ModelSessions;

/// <content>Weights and reductions.</content>
public sealed partial class LossBuilder
{
    /// <summary>One number of the losses of examples, weighted and reduced as the options say.</summary>
    /// <param name="losses">A loss for each element.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor ComputeWeightedLoss(GraphTensor losses, LossOptions? options = null)
    {
        options ??= new LossOptions();
        using GraphScope scope = _g.NameScope(Name(options) ?? "weighted_loss");
        return Weighted(losses, options.Weights, options);
    }

    private GraphTensor Each(string kind, GraphTensor labels, GraphTensor predictions, LossOptions? options, Func<GraphTensor, GraphTensor, GraphTensor> loss)
    {
        options ??= new LossOptions();
        using GraphScope scope = Open(kind, labels, predictions, options);
        GraphTensor x = _g.Cast(predictions, DType.Float32), z = _g.Cast(labels, DType.Float32);
        return Weighted(loss(z, x), options.Weights, options);
    }

    private GraphScope Open(string kind, GraphTensor labels, GraphTensor predictions, LossOptions options)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        return labels.Shape.IsCompatibleWith(predictions.Shape)
            ? _g.NameScope(Name(options) ?? kind)
            : throw new GraphException(
                StatusCode.InvalidArgument,
                $"The loss '{kind}' takes labels and predictions of one shape; '{labels.Name}' is {labels.Shape}, '{predictions.Name}' is {predictions.Shape}.",
                predictions.Operation.Name);
    }

    private static string? Name(LossOptions options) => options.Name is "" ? null : options.Name;

    private GraphTensor Weighted(GraphTensor losses, Operand weights, LossOptions options)
    {
        using GraphScope check = _g.ControlDependencies(_g.AssertBroadcastable(weights, losses));
        GraphTensor each = _g.Cast(losses, DType.Float32), factors = _g.Cast(weights, DType.Float32);
        GraphTensor weighted = _g.Add("Mul", each, factors);
        GraphTensor loss = options.Reduction == LossReduction.None ? weighted : _g.ReduceSum(weighted);
        loss = options.Reduction switch
        {
            LossReduction.Mean => SafeMean(loss, _g.ReduceSum(_g.OnesLike(each) * factors)),
            LossReduction.SumByNonzeroWeights => SafeMean(loss, NumberPresent(each, factors, perExample: false)),
            LossReduction.SumOverBatchSize => SafeMean(loss, Count(each)),
            _ => loss,
        };
        return Collect(_g.Cast(loss, losses.DType), options);
    }

    private GraphTensor Collect(GraphTensor loss, LossOptions options)
    {
        if (!string.IsNullOrEmpty(options.Collection))
        {
            _g.AddToCollection(options.Collection, loss);
        }

        return loss;
    }

    private GraphTensor SafeMean(GraphTensor sum, GraphTensor count) => _g.Add("DivNoNan", "value", null, _g.ReduceSum(sum), count);

    private GraphTensor Count(GraphTensor losses)
    {
        using GraphScope scope = _g.NameScope("num_elements");
        return _g.Cast(_g.SizeOf(losses, scope.Name), losses.DType);
    }

    // How many losses have a weight that is not 0.
    private GraphTensor NumberPresent(GraphTensor losses, GraphTensor weights, bool perExample)
    {
        using GraphScope scope = _g.NameScope("num_present");
        GraphTensor isZero = weights.Equal(0.0);
        GraphTensor present = _g.Add("Select", isZero, _g.ZerosLike(weights), _g.OnesLike(weights));
        present = _g.BroadcastWeights(present, losses);
        return perExample
            ? _g.ReduceSum(present, _g.Sequence(1, _g.RankOf(present)), keepDims: true, name: scope.Name)
            : _g.ReduceSum(present, name: scope.Name);
    }
}
