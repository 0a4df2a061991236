using ModelSessions.Protos;

namespace ModelSessions;

/// <content>Variables.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Whether variables are resource variables where nothing else is said; reference variables, as TF1 made them, by default.</summary>
    public bool UseResourceVariables { get; set; }

    /// <summary>The step counter <c>global_step</c>, an int64 that the collection of this name lists; made if there is none yet.</summary>
    public GraphVariable GlobalStep()
    {
        if (Variables(CollectionKeys.GlobalStep) is [var counter, ..])
        {
            return counter;
        }

        using GraphScope top = NameScope(null);
        counter = Variable("global_step", Shape.Scalar, Initializers.Zeros, DType.Int64, trainable: false);
        AddToCollection(CollectionKeys.GlobalStep, counter);
        return counter;
    }

    /// <summary>A variable with a given first value.</summary>
    /// <param name="initialValue">The first value; its shape is the variable's.</param>
    /// <param name="name"><c>Variable</c> if null.</param>
    /// <param name="trainable">Whether optimizers train it unless told otherwise.</param>
    /// <param name="resource">A resource variable, or a reference variable as TF1 made them; <see cref="UseResourceVariables"/> if null.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphVariable Variable(
        Operand initialValue, string? name = null, bool trainable = true, bool? resource = null, string collection = CollectionKeys.Variables) =>
        Variable(initialValue, name ?? "Variable", resource ?? UseResourceVariables, new Registration(trainable, [collection]));

    /// <summary>A variable of a shape, its first value made by an initialiser under <c>name/Initializer</c>: <c>tf.get_variable</c>.</summary>
    /// <param name="name">The name in the current scope.</param>
    /// <param name="shape">The shape, fully defined.</param>
    /// <param name="initializer">Makes the first value.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="trainable">Whether optimizers train it unless told otherwise.</param>
    /// <param name="resource">A resource variable, or a reference variable as TF1 made them; <see cref="UseResourceVariables"/> if null.</param>
    /// <param name="collection">The collection that lists it.</param>
    public GraphVariable Variable(
        string name, Shape shape, Initializer initializer, DType dtype = DType.Float32, bool trainable = true, bool? resource = null,
        string collection = CollectionKeys.Variables)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        return Variable(name, shape, initializer, dtype, resource ?? UseResourceVariables, new Registration(trainable, [collection]));
    }

    /// <summary>The variables that a collection lists.</summary>
    /// <exception cref="GraphException">The collection describes variables that the graph does not have.</exception>
    public IReadOnlyList<GraphVariable> Variables(string collection = CollectionKeys.Variables) =>
        Graph.Collections.Bytes(collection).Select(bytes => GraphVariable.From(Graph, VariableDef.Parser.ParseFrom(bytes))).ToArray();

    /// <summary>An operation that gives some variables their first values: <c>init</c>.</summary>
    /// <param name="variables">All of the graph if null.</param>
    /// <param name="name">The name in the current scope.</param>
    public GraphOperation InitializeVariables(IEnumerable<GraphVariable>? variables = null, string name = "init")
    {
        GraphOperation[] initializers = [.. (variables ?? Variables()).Select(variable => variable.Initializer)];
        return initializers.Length > 0 ? GroupOperations(initializers, name) : NoOp(name);
    }

    /// <summary>A new value for a variable.</summary>
    /// <returns>The assigning operation; of a reference variable its output is the variable's value after it.</returns>
    public GraphOperation Assign(GraphVariable variable, Operand value, string? name = null, bool useLocking = true)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.IsResource
            ? AddOperation(
                "AssignVariableOp",
                name,
                new() { ["dtype"] = variable.DType, ["validate_shape"] = variable.Shape.IsFullyDefined },
                variable.Handle,
                value.ToTensor(this, variable.DType, "Const"))
            : AddOperation("Assign", name, new() { ["use_locking"] = useLocking }, variable.Handle, value);
    }

    /// <summary>Adds to a variable.</summary>
    /// <returns>The adding operation; of a reference variable its output is the variable's value after it.</returns>
    public GraphOperation AssignAdd(GraphVariable variable, Operand delta, string? name = null, bool useLocking = false)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.IsResource
            ? AddOperation("AssignAddVariableOp", name, new() { ["dtype"] = variable.DType }, variable.Handle, delta.ToTensor(this, variable.DType, "Const"))
            : AddOperation("AssignAdd", name, new() { ["use_locking"] = useLocking }, variable.Handle, delta);
    }

    /// <summary>Subtracts from a variable.</summary>
    /// <returns>The subtracting operation; of a reference variable its output is the variable's value after it.</returns>
    public GraphOperation AssignSub(GraphVariable variable, Operand delta, string? name = null, bool useLocking = false)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.IsResource
            ? AddOperation("AssignSubVariableOp", name, new() { ["dtype"] = variable.DType }, variable.Handle, delta.ToTensor(this, variable.DType, "Const"))
            : AddOperation("AssignSub", name, new() { ["use_locking"] = useLocking }, variable.Handle, delta);
    }

    internal GraphVariable Variable(Operand initialValue, string name, bool resource, Registration registration, Func<GraphTensor>? assigned = null)
    {
        using GraphScope control = NoControlDependencies();
        using GraphScope scope = NameScope(name);
        return resource
            ? ResourceVariable(scope, () => initialValue.ToTensor(this, DType.Invalid, "initial_value"), registration)
            : ReferenceVariable(scope, initialValue.ToTensor(this, DType.Invalid, "initial_value"), registration, assigned);
    }

    internal GraphVariable Variable(string name, Shape shape, Initializer initializer, DType dtype, bool resource, Registration registration)
    {
        if (!shape.IsFullyDefined)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The shape of the variable '{name}' must be known wholly; it is {shape}.", name);
        }

        using GraphScope control = NoControlDependencies();
        using GraphScope scope = NameScope(name);
        using GraphScope part = Enter(State with { WholeShape = registration.WholeShape });
        if (resource)
        {
            return ResourceVariable(scope, () => initializer(this, shape, dtype), registration);
        }

        using GraphScope group = Group(scope.Name[..^1]);
        return ReferenceVariable(scope, Initial(() => initializer(this, shape, dtype)), registration);
    }

    internal GraphTensor ReadVariable(GraphVariable variable) => ReadVariable(variable.Handle, variable.DType);

    private GraphTensor ReadVariable(GraphTensor handle, DType dtype) => Add("ReadVariableOp", null, new() { ["dtype"] = dtype }, handle);

    private GraphTensor Initial(Func<GraphTensor> make)
    {
        using GraphScope scope = NameScope("Initializer");
        using GraphScope device = Device(null);
        return make();
    }

    // What is assigned may be other nodes than the first value is described by.
    private GraphVariable ReferenceVariable(GraphScope scope, GraphTensor initialValue, Registration registration, Func<GraphTensor>? assigned = null)
    {
        NodeAttributes attributes = new() { ["dtype"] = initialValue.DType, ["shape"] = initialValue.Shape };
        GraphTensor handle = Add("VariableV2", scope.Name, attributes);
        GraphOperation initializer = AddOperation(
            "Assign", null, new() { ["validate_shape"] = initialValue.Shape.IsFullyDefined }, handle, assigned?.Invoke() ?? initialValue);
        GraphTensor snapshot;
        using (registration.IsCached ? Enter(State with { Group = null }) : ColocateWith(handle.Operation))
        {
            snapshot = Identity(handle, "read");
        }

        return Register(GraphVariable.Create(handle, snapshot, initialValue, initializer, registration), registration.Collections);
    }

    private GraphVariable ResourceVariable(GraphScope scope, Func<GraphTensor> initial, Registration registration)
    {
        string name = scope.Name[..^1];
        GraphTensor initialValue, handle;
        using (Group(name))
        {
            initialValue = Initial(initial);
            handle = Add("VarHandleOp", scope.Name, new() { ["dtype"] = initialValue.DType, ["shape"] = initialValue.Shape, ["shared_name"] = name, ["debug_name"] = name + "/" });
        }

        using (NameScope("IsInitialized"))
        {
            Add("VarIsInitializedOp", handle);
        }

        GraphOperation initializer;
        using (ColocateOnlyWith(null))
        using (Device(handle.Operation.Device))
        {
            initializer = AddOperation("AssignVariableOp", "Assign", new() { ["dtype"] = initialValue.DType }, handle, initialValue);
        }

        GraphTensor snapshot;
        using (NameScope("Read"))
        using (Device(handle.Operation.Device))
        {
            snapshot = ReadVariable(handle, initialValue.DType);
            if (registration.IsCached)
            {
                using GraphScope anywhere = ColocateOnlyWith(null);
                snapshot = Identity(snapshot);
            }
        }

        return Register(GraphVariable.Create(handle, snapshot, initialValue, initializer, registration), registration.Collections);
    }

    /// <summary>Whether a variable that wants to be trained is.</summary>
    internal bool Trains(string name) => Trainable?.Takes(name) ?? true;

    private GraphVariable Register(GraphVariable variable, IReadOnlyList<string> collections)
    {
        foreach (string collection in variable.IsTrainable ? collections.Append(CollectionKeys.TrainableVariables).Distinct() : collections)
        {
            Graph.Collections.AddBytes(collection, variable.ToBytes());
        }

        return variable;
    }
}

/// <summary>How a variable is listed.</summary>
/// <param name="Trainable">Whether optimizers train it unless told otherwise.</param>
/// <param name="Collections">The collections that list it, besides that of trainable variables.</param>
/// <param name="Slice">Which part of a whole it is; null if it is whole.</param>
/// <param name="IsCached">Whether all that read it share one read.</param>
internal sealed record Registration(bool Trainable, IReadOnlyList<string> Collections, SaveSliceInfoDef? Slice = null, bool IsCached = false)
{
    public Shape? WholeShape => Slice is null ? null : new Shape([.. Slice.FullShape]);
}
