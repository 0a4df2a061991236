namespace ModelSessions;

/// <summary>The nodes of moving averages: TensorFlow's moving_averages.py.</summary>
internal static class MovingAverages
{
    /// <summary>A variable that begins with another one's value.</summary>
    public static GraphVariable OfVariable(GraphBuilder g, GraphVariable variable, string name)
    {
        GraphTensor value = InitializedValue.Of(g, variable);
        return SlotVariables.Create(g, variable, name, (full, registration) => g.Variable(
            value,
            full,
            variable.IsResource,
            registration,
            () => InitializedValue.Guarded(g, variable, value, full.TrimEnd('/'))));
    }

    /// <summary>A variable of a tensor's shape that begins with zeros.</summary>
    public static GraphVariable OfTensor(GraphBuilder g, GraphTensor tensor, string name)
    {
        if (!tensor.Shape.IsFullyDefined)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{tensor.Name}' has the shape {tensor.Shape}; an average needs a shape that is known.", tensor.Operation.Name);
        }

        bool resource = g.CurrentVariableScope.UseResource ?? g.UseResourceVariables;
        return SlotVariables.Create(g, tensor.Operation.Name, name, full => g.Variable(
            full, tensor.Shape, Initializers.Zeros, tensor.DType, resource, new Registration(Trainable: false, [CollectionKeys.Variables])));
    }

    /// <summary><c>average −= (average − value) · (1 − decay)</c>, or its form without the bias towards 0.</summary>
    public static GraphOperation Assign(GraphBuilder g, GraphVariable average, Operand value, GraphTensor decay, bool zeroDebias)
    {
        using GraphScope scope = g.NameScope("AssignMovingAvg");
        GraphTensor rate = g.Cast(1.0 - decay, average.DType);
        if (zeroDebias)
        {
            return AssignDebiased(g, average, value, rate, scope.Name);
        }

        GraphTensor change = (average.Read() - value) * rate;
        GraphOperation update = g.AssignSub(average, change, average.IsResource ? null : scope.Name);
        ReadAfter(g, average, update);
        return update;
    }

    private static GraphOperation AssignDebiased(GraphBuilder g, GraphVariable average, Operand value, GraphTensor rate, string name)
    {
        GraphVariable biased, steps;
        using (g.VariableScope(average.Name))
        using (g.NoControlDependencies())
        using (g.ColocateWith(average.Handle.Operation))
        {
            biased = g.GetVariable("biased", average.Shape, Initializers.Zeros, average.DType, trainable: false, resource: average.IsResource);
            steps = g.GetVariable("local_step", Shape.Scalar, Initializers.Zeros, average.DType, trainable: false, resource: average.IsResource);
        }

        GraphTensor sum = After(g, biased, g.AssignSub(biased, (biased.Read() - value) * rate));
        GraphTensor count = After(g, steps, g.AssignAdd(steps, 1.0));
        GraphTensor factor = 1.0 - g.Add("Pow", 1.0 - rate, count);
        return g.Assign(average, sum / factor, name);
    }

    private static GraphTensor After(GraphBuilder g, GraphVariable variable, GraphOperation write) =>
        variable.IsResource ? ReadAfter(g, variable, write)! : write.Outputs[0];

    private static GraphTensor? ReadAfter(GraphBuilder g, GraphVariable variable, GraphOperation write)
    {
        if (!variable.IsResource)
        {
            return null;
        }

        using GraphScope after = g.ControlDependencies(write);
        return g.ReadVariable(variable);
    }
}
