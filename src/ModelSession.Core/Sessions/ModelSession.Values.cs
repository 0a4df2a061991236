namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>The variable whose value a tensor is: that of the variable itself, or a read of it.</summary>
    /// <returns>The name of the variable's operation; null if the tensor is something else.</returns>
    public static string? VariableOf(GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return VariableBehind(tensor);
    }

    /// <summary>A tensor's value where no run is needed for it: of a variable, a read of one, a constant.</summary>
    /// <returns>A copy; null if only a run can tell, or the variable has no value.</returns>
    public Tensor? ReadDirectly(GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return VariableBehind(tensor) is { } variable ? Engine.ReadVariable(variable)
            : tensor.Operation.Type == "Const" ? tensor.Operation.Tensor("value")
            : null;
    }

    /// <summary>Whether a run for a tensor may change something: variables, queues, tables, files. States of random generators do not count.</summary>
    public static bool RunChangesState(GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Closure(tensor, _ => false).Any(Changes);
    }

    /// <summary>What is fed where a model is looked at and not trained: the hyperparameters' values for evaluation, by role.</summary>
    public IReadOnlyDictionary<string, Tensor> EvaluationFeeds() => Hyperparameters.Where(hyperparameter => hyperparameter.Evaluation is not null).ToDictionary(
        hyperparameter => $"{Roles.Hyperparameters}.{hyperparameter.Name}",
        hyperparameter => new Training.HyperparameterFeed(hyperparameter.Name, Tensor($"{Roles.Hyperparameters}.{hyperparameter.Name}")).Of(hyperparameter.Evaluation!.Value));

    /// <summary>The placeholders that a run for a tensor needs and that are not fed.</summary>
    /// <param name="tensor">What is wanted.</param>
    /// <param name="fed">What is fed.</param>
    public static IReadOnlyList<string> MissingFeeds(GraphTensor tensor, IEnumerable<GraphTensor> fed)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        HashSet<GraphTensor> given = [.. fed];
        return [.. Closure(tensor, given.Contains).Where(operation => operation.Type == "Placeholder").Select(operation => operation.Name)];
    }

    /// <summary>Gives a variable a value.</summary>
    /// <param name="name">The variable, by name or role; a read of it means the same.</param>
    /// <param name="value">Of the variable's type and shape; a scalar fills it.</param>
    /// <param name="part">The part of it that is set; null for all.</param>
    /// <returns>The name of the variable.</returns>
    /// <exception cref="GraphException">There is no such variable, or the value does not fit.</exception>
    /// <exception cref="EngineException">A part is to be set of a variable that has no value yet.</exception>
    public string Assign(string name, Tensor value, TensorSelection? part = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        VariableInfo variable = Variable(name);
        if (value.DType != variable.DType)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The variable '{variable.Name}' is {variable.DType.Name()}; the value is {value.Describe()}.", variable.Name);
        }

        Tensor? now = part is null && variable.Shape.IsFullyDefined ? null : Engine.ReadVariable(variable.Name);
        if (part is null)
        {
            Engine.WriteVariable(variable.Name, Filling(value, now?.Shape is { } shape && value.Shape.Rank == 0 ? shape : variable.Shape, variable, null));
        }
        else
        {
            Tensor whole = now ?? throw NoValue(variable.Name);
            TensorRegion region = part.In(whole.Shape);
            region.Put(Filling(value, region.Shape, variable, part), whole);
            Engine.WriteVariable(variable.Name, whole);
        }

        HasChanged = true;
        return variable.Name;
    }

    /// <summary>A variable by its name or role; a read of it means the same.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public VariableInfo Variable(string name)
    {
        string? known = Engine.Variables.FirstOrDefault(variable => variable.Name == name)?.Name;
        GraphTensor? tensor = known is null ? Tensor(name) : null;
        string variable = known ?? VariableBehind(tensor!) ?? throw new GraphException(
            StatusCode.InvalidArgument,
            $"'{name}' is the result of {tensor!.Operation.Type}; only variables can be given a value.{NearestNames.Hint(name, Engine.Variables.Select(other => other.Name))}",
            tensor.Operation.Name);
        return Engine.Variables.First(other => other.Name == variable);
    }

    // The operations that run for a tensor.
    private static IEnumerable<GraphOperation> Closure(GraphTensor tensor, Func<GraphTensor, bool> isFed) => isFed(tensor) ? [] : Closure(tensor.Operation, isFed);

    private static IEnumerable<GraphOperation> Closure(GraphOperation operation, Func<GraphTensor, bool> isFed)
    {
        HashSet<GraphOperation> seen = [operation];
        Stack<GraphOperation> open = new(seen);
        while (open.TryPop(out GraphOperation? at))
        {
            yield return at;
            foreach (GraphOperation next in at.Inputs.Where(input => !isFed(input)).Select(input => input.Operation).Concat(at.ControlInputs).Where(seen.Add))
            {
                open.Push(next);
            }
        }
    }

    private static Tensor Filling(Tensor value, Shape shape, VariableInfo variable, TensorSelection? part)
    {
        if (value.Shape.Rank == 0 && shape.IsFullyDefined && shape.Rank > 0)
        {
            Tensor filled = ModelSessions.Tensor.Uninitialized(value.DType, shape);
            for (long i = 0, size = value.DType.Size(); i < filled.ElementCount; i++)
            {
                if (value.DType.IsObject())
                {
                    filled.Objects[(int)i] = value.Objects[0];
                }
                else
                {
                    value.Bytes().CopyTo(filled.Buffer.Bytes(i * size, (int)size));
                }
            }

            return filled;
        }

        string hint = shape.IsFullyDefined && shape.ElementCount == value.ElementCount ? $" It has as many elements: give it that shape, as [ModelSessions.Tensor]'s Reshape does." : "";
        return shape.IsCompatibleWith(value.Shape) ? value : throw new GraphException(
            StatusCode.InvalidArgument,
            $"{(part is null ? "The variable" : $"The slice [{part}] of the variable")} '{variable.Name}' is {variable.DType.Name()} {shape}; the value is {value.Describe()}.{hint}",
            variable.Name);
    }

    // What takes a reference may write it; what is stateful may do anything, but for reads and for random numbers, whose generators can be put back.
    private static bool Changes(GraphOperation operation) => operation.Type switch
    {
        "RefIdentity" or "RefSwitch" or "RefMerge" or "RefEnter" or "RefExit" or "RefNextIteration" or "RefSelect" or "IsVariableInitialized" => false,
        "Variable" or "VariableV2" or "VarHandleOp" or "ReadVariableOp" or "ResourceGather" or "ResourceGatherNd" or "VarIsInitializedOp" or "VariableShape" => false,
        "TruncatedNormal" or "ParameterizedTruncatedNormal" or "Multinomial" => false,
        { } type when type.StartsWith("Random", StringComparison.Ordinal) => type.Contains("Queue", StringComparison.Ordinal) || type.Contains("Dataset", StringComparison.Ordinal),
        _ => operation.Schema.IsStateful || operation.Schema.Definition.InputArg.Any(input => input.IsRef),
    };
}
