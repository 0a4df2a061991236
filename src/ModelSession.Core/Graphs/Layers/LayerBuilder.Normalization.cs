namespace ModelSessions;

/// <content>Batch normalisation.</content>
public sealed partial class LayerBuilder
{
    /// <summary>Numbers with mean 0 and variance 1 over a batch for each channel (the last dimension), times a factor, plus an offset. Averages over
    /// the batches are kept for inference; their updates are in the collection <see cref="CollectionKeys.UpdateOps"/>, and a train op must wait
    /// for them.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="training">Whether it is training: true, false, or a boolean scalar that is fed.</param>
    /// <param name="options">Name, momentum …</param>
    public GraphTensor BatchNormalization(GraphTensor x, Operand training, BatchNormalizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new BatchNormalizationOptions();
        long channels = Channels(x, "batch_normalization");
        DType dtype = x.DType is DType.Float16 or DType.BFloat16 ? DType.Float32 : x.DType;
        bool fused = options.Fused ?? x.Shape.Rank == 4;
        if (fused)
        {
            CheckRank(x, 4, "batch_normalization");
        }

        using VariableScope scope = Open("batch_normalization", options.Name, options.Reuse);
        Normalization layer = new(
            x,
            options.Scale ? Weight("gamma", [channels], dtype, options.GammaInitializer, options.GammaRegularizer, options.Trainable) : null,
            options.Center ? Weight("beta", [channels], dtype, options.BetaInitializer, options.BetaRegularizer, options.Trainable) : null,
            _g.GetVariable("moving_mean", [channels], Initializers.Zeros, dtype, trainable: false),
            _g.GetVariable("moving_variance", [channels], Initializers.Ones, dtype, trainable: false),
            options);
        return fused ? Fused(layer, training, channels, dtype) : Plain(layer, training);
    }

    private GraphTensor Fused(Normalization layer, Operand training, long channels, DType dtype)
    {
        Operand beta = layer.Beta is null ? _g.Constant(0, dtype, [channels]) : layer.Beta;
        Operand gamma = layer.Gamma is null ? _g.Constant(1, dtype, [channels]) : layer.Gamma;
        GraphTensor[] results = Either(training, () => FusedNode(layer, gamma, beta, true), () => FusedNode(layer, gamma, beta, false));
        if (training.Flag == false)
        {
            return results[0];
        }

        double kept = layer.Options.Momentum;
        GraphTensor momentum = Either(training, () => _g.Constant(kept, dtype), () => _g.Constant(1, dtype));
        AddUpdate(MovingAverage(layer.MovingMean, results[1], momentum, kept));
        AddUpdate(MovingAverage(layer.MovingVariance, results[2], momentum, kept));
        return results[0];
    }

    private GraphTensor[] FusedNode(Normalization layer, Operand gamma, Operand beta, bool training)
    {
        GraphTensor scale = gamma.ToTensor(_g, DType.Float32, "scale"), offset = beta.ToTensor(_g, DType.Float32, "offset");
        NodeAttributes attributes = new() { ["epsilon"] = (float)layer.Options.Epsilon, ["is_training"] = training };
        GraphOperation node = _g.AddOperation("FusedBatchNormV3", null, attributes, layer.Input, scale, offset, layer.MovingMean, layer.MovingVariance);
        return [node.Outputs[0], node.Outputs[1], node.Outputs[2]];
    }

    private GraphTensor Plain(Normalization layer, Operand training)
    {
        Operand mean = layer.MovingMean, variance = layer.MovingVariance;
        if (training.Flag != false)
        {
            long[] axes = [.. Enumerable.Range(0, layer.Input.Shape.Rank - 1)];
            (GraphTensor batchMean, GraphTensor batchVariance) = _g.Moments(layer.Input, axes);
            GraphTensor newMean = Either(training, () => batchMean, () => Value(layer.MovingMean));
            GraphTensor newVariance = Either(training, () => batchVariance, () => Value(layer.MovingVariance));
            Update(layer, training, layer.MovingMean, newMean);
            Update(layer, training, layer.MovingVariance, newVariance);
            (mean, variance) = (newMean, newVariance);
        }

        GraphTensor result = _g.BatchNormalization(layer.Input, mean, variance, layer.Beta is { } beta ? beta : (Operand?)null, layer.Gamma is { } gamma ? gamma : (Operand?)null, layer.Options.Epsilon);
        result.MergeShape(layer.Input.Shape);
        return result;
    }

    private void Update(Normalization layer, Operand training, GraphVariable moving, GraphTensor value)
    {
        double kept = layer.Options.Momentum;
        if (training.Flag == true)
        {
            AddUpdate(MovingAverage(moving, value, null, kept));
            return;
        }

        GraphTensor updated = Either(training, () => After(MovingAverage(moving, value, null, kept), moving), () => Value(moving));
        AddUpdate(updated.Operation);
    }

    private static GraphTensor Value(GraphVariable variable) => variable.Read();

    private GraphTensor After(GraphOperation update, GraphVariable variable)
    {
        if (!variable.IsResource)
        {
            return update.Outputs[0];
        }

        using GraphScope after = _g.ControlDependencies(update);
        return variable.Read();
    }

    // variable -= (variable - value) * decay.
    private GraphOperation MovingAverage(GraphVariable variable, GraphTensor value, GraphTensor? momentum, double kept)
    {
        using GraphScope scope = _g.NameScope("AssignMovingAvg");
        using GraphScope place = _g.ColocateWith(variable.Handle.Operation);
        GraphTensor decay = momentum is null ? _g.Constant(1 - kept, variable.DType, null, "decay") : 1.0 - momentum;
        GraphTensor delta = (variable.Read() - value) * decay;
        if (!variable.IsResource)
        {
            return _g.AddOperation("AssignSub", scope.Name, null, variable.Handle, delta);
        }

        GraphOperation update = _g.AssignSub(variable, delta);
        // What Python gives back, so that names of reads are the same.
        using GraphScope after = _g.ControlDependencies(update);
        variable.Read();
        return update;
    }

    private void AddUpdate(GraphOperation update) => _g.AddToCollection(CollectionKeys.UpdateOps, update);

    private sealed record Normalization(
        GraphTensor Input, GraphVariable? Gamma, GraphVariable? Beta, GraphVariable MovingMean, GraphVariable MovingVariance, BatchNormalizationOptions Options);
}
