using ModelSessions.Protos;

namespace ModelSessions;

/// <content>Variable scopes and shared variables, with TensorFlow's rules.</content>
public sealed partial class GraphBuilder
{
    private readonly Dictionary<string, GraphVariable> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartitionedVariable> _partitioned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Constraint> _constraints = new(StringComparer.Ordinal);
    private readonly VariableScope _outermost = ModelSessions.VariableScope.Outermost();
    private Dictionary<string, int> _scopesOpened = new(StringComparer.Ordinal);

    /// <summary>The variable scope that is open; at the top one without a name.</summary>
    public VariableScope CurrentVariableScope => State.Variables ?? _outermost;

    /// <summary>Puts a scope before the names of variables (<see cref="GetVariable"/>) and of nodes, until it is disposed. The same name again
    /// means the same variables, but new names of nodes: <c>layer</c>, <c>layer_1</c>.</summary>
    /// <param name="name">The name in the current scope.</param>
    /// <param name="reuse">Whether variables are made or taken again; null as outside.</param>
    /// <param name="initializer">For variables that say no other; null as outside.</param>
    /// <param name="regularizer">For variables that say no other; null as outside.</param>
    /// <param name="partitioner">For variables that say no other; null as outside.</param>
    /// <param name="useResource">For variables that say no other; null as outside.</param>
    /// <param name="dtype">For variables that say no other; null as outside.</param>
    public VariableScope VariableScope(
        string name,
        VariableReuse? reuse = null,
        Initializer? initializer = null,
        Regularizer? regularizer = null,
        Partitioner? partitioner = null,
        bool? useResource = null,
        DType? dtype = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        GraphScope names = NameScope(name);
        return Open(name, names, reuse, initializer, regularizer, partitioner, useResource, dtype);
    }

    /// <summary>A variable scope whose name is taken if it is free, and else gets a number: for layers that may occur several times.</summary>
    /// <param name="defaultName">The name wanted.</param>
    public VariableScope UniqueVariableScope(string defaultName)
    {
        ArgumentException.ThrowIfNullOrEmpty(defaultName);
        GraphScope names = NameScope(defaultName);
        string free = defaultName;
        for (int i = 1; _scopesOpened.GetValueOrDefault(InVariableScope(free)) > 0; i++)
        {
            free = $"{defaultName}_{i}";
        }

        return Open(free, names, null, null, null, null, null, null);
    }

    /// <summary>Opens a scope again from anywhere; its settings hold unless others are given.</summary>
    /// <param name="scope">A scope that was or is open.</param>
    /// <param name="reuse">Whether variables are made or taken again; null as in the scope.</param>
    public VariableScope VariableScope(VariableScope scope, VariableReuse? reuse = null)
    {
        ArgumentNullException.ThrowIfNull(scope);
        BuilderState before = State;
        GraphScope? names = scope.Name.Length > 0 ? NameScope(scope.Name[(scope.Name.LastIndexOf('/') + 1)..]) : null;
        _scopesOpened[scope.Name] = _scopesOpened.GetValueOrDefault(scope.Name) + 1;
        Dictionary<string, int> counts = new(_scopesOpened, StringComparer.Ordinal);
        VariableScope opened = new(scope.Name, scope.NameScope, () =>
        {
            _scopesOpened = counts;
            names?.Dispose();
            State = before;
        });
        opened.Inherit(scope);
        opened.Reuse = reuse ?? scope.Reuse;
        State = State with { Variables = opened };
        return opened;
    }

    /// <summary>The variable of a name in the current variable scope: made, or the one that is there, as the scope's
    /// <see cref="ModelSessions.VariableScope.Reuse"/> says: <c>tf.get_variable</c>.</summary>
    /// <param name="name">The name in the variable scope.</param>
    /// <param name="shape">The shape, fully defined; may be null for a variable that is there.</param>
    /// <param name="initializer">Makes the first value; the scope's if null, else Glorot's uniform numbers, zeros for whole numbers.</param>
    /// <param name="dtype">The element type; the scope's if null.</param>
    /// <param name="regularizer">The penalty, added to the regularisation losses when the variable is made; the scope's if null.</param>
    /// <param name="trainable">Whether optimizers train it unless told otherwise.</param>
    /// <param name="resource">A resource or a reference variable; the scope's choice if null.</param>
    /// <param name="collections">The collections that list it; all variables if null.</param>
    /// <param name="reuse">The scope's if null.</param>
    /// <param name="constraint">What optimizers do to the variable after each update; nothing if null.</param>
    /// <exception cref="GraphException">It is there and must not be, or the other way round; or it has another shape or type.</exception>
    public GraphVariable GetVariable(
        string name,
        Shape? shape = null,
        Initializer? initializer = null,
        DType? dtype = null,
        Regularizer? regularizer = null,
        bool trainable = true,
        bool? resource = null,
        string[]? collections = null,
        VariableReuse? reuse = null,
        Constraint? constraint = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        VariableScope scope = CurrentVariableScope;
        string full = InVariableScope(name);
        if (_partitioned.ContainsKey(full))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The variable '{full}' is cut into parts; get it by GetPartitionedVariable.", full);
        }

        using GraphScope top = NameScope(null);
        GraphVariable variable = Single(full, shape, initializer ?? scope.Initializer, dtype ?? scope.DType, regularizer ?? scope.Regularizer, reuse ?? scope.Reuse, trainable, resource ?? scope.UseResource, collections, null);
        if (constraint is not null)
        {
            _constraints.TryAdd(variable.Name, constraint);
        }

        return variable;
    }

    /// <summary>What optimizers do to a variable after each update; null for nothing.</summary>
    internal Constraint? ConstraintOf(GraphVariable variable) => _constraints.GetValueOrDefault(variable.Name);

    /// <summary>As <see cref="GetVariable"/>, a variable that is cut into parts.</summary>
    /// <inheritdoc cref="GetVariable"/>
    /// <param name="partitioner">Says into how many parts; the scope's if null, else one part.</param>
    /// <param name="name">The name in the variable scope.</param>
    /// <param name="shape">The shape of the whole.</param>
    /// <param name="initializer">Makes the first value of each part.</param>
    /// <param name="dtype">The element type; the scope's if null.</param>
    /// <param name="regularizer">The penalty of each part; the scope's if null.</param>
    /// <param name="trainable">Whether optimizers train it unless told otherwise.</param>
    /// <param name="resource">Resource or reference variables; the scope's choice if null.</param>
    /// <param name="collections">The collections that list the parts; all variables if null.</param>
    /// <param name="reuse">The scope's if null.</param>
    public PartitionedVariable GetPartitionedVariable(
        string name,
        Shape shape,
        Partitioner? partitioner = null,
        Initializer? initializer = null,
        DType? dtype = null,
        Regularizer? regularizer = null,
        bool trainable = true,
        bool? resource = null,
        string[]? collections = null,
        VariableReuse? reuse = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        VariableScope scope = CurrentVariableScope;
        string full = InVariableScope(name);
        VariableReuse mode = reuse ?? scope.Reuse;
        if (_partitioned.TryGetValue(full, out PartitionedVariable? known))
        {
            return mode != VariableReuse.Never && known.Shape.Equals(shape) ? known : throw Exists(full, known.Shape, shape, mode);
        }

        if (mode == VariableReuse.Always || _shared.ContainsKey(full))
        {
            throw mode == VariableReuse.Always ? Missing(full) : new GraphException(StatusCode.InvalidArgument, $"There is a variable '{full}' that is not cut into parts.", full);
        }

        IReadOnlyList<int> cuts = (partitioner ?? scope.Partitioner)?.Invoke(shape, dtype ?? scope.DType) ?? [.. Enumerable.Repeat(1, shape.Rank)];
        int axis = AxisOf(cuts, shape, full);
        List<GraphVariable> parts = [];
        long offset = 0;
        using GraphScope top = NameScope(null);
        for (int i = 0; i < cuts[axis]; i++)
        {
            long[] sizes = shape.Dimensions.ToArray(), offsets = new long[shape.Rank];
            (sizes[axis], offsets[axis]) = (shape[axis] / cuts[axis] + (i < shape[axis] % cuts[axis] ? 1 : 0), offset);
            offset += sizes[axis];
            SaveSliceInfoDef slice = new() { FullName = full };
            slice.FullShape.AddRange(shape.Dimensions.ToArray());
            slice.VarOffset.AddRange(offsets);
            slice.VarShape.AddRange(sizes);
            parts.Add(Single($"{full}/part_{i}", new Shape(sizes), initializer ?? scope.Initializer, dtype ?? scope.DType, regularizer ?? scope.Regularizer, mode, trainable, resource ?? scope.UseResource, collections, slice));
        }

        return _partitioned[full] = new PartitionedVariable(full, shape, axis, parts);
    }

    private static int AxisOf(IReadOnlyList<int> cuts, Shape shape, string name)
    {
        int[] cut = [.. Enumerable.Range(0, cuts.Count).Where(i => cuts[i] != 1)];
        return cuts.Count == shape.Rank && cut.Length <= 1 && cuts.All(parts => parts >= 1)
            ? cut.FirstOrDefault()
            : throw new GraphException(StatusCode.InvalidArgument, $"'{name}' {shape} cannot be cut into [{string.Join(", ", cuts)}] parts: it must be a number for each dimension, more than 1 for one of them at most.", name);
    }

    private GraphVariable Single(
        string name, Shape? shape, Initializer? initializer, DType dtype, Regularizer? regularizer, VariableReuse reuse, bool trainable, bool? resource, string[]? collections, SaveSliceInfoDef? slice)
    {
        if (_shared.TryGetValue(name, out GraphVariable? known))
        {
            bool fits = shape is null || known.Shape.IsCompatibleWith(shape);
            return reuse == VariableReuse.Never || !fits ? throw Exists(name, known.Shape, shape, reuse)
                : known.DType == dtype ? known
                : throw new GraphException(StatusCode.InvalidArgument, $"The variable '{name}' is {known.DType.Name()}; {dtype.Name()} is asked for.", name);
        }

        if (reuse == VariableReuse.Always)
        {
            throw Missing(name);
        }

        if (shape is null)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"There is no variable '{name}' yet; to make it, give its shape.", name);
        }

        initializer ??= dtype.IsFloating() ? Initializers.GlorotUniform()
            : dtype.IsInteger() || dtype is DType.Bool or DType.String ? Initializers.Zeros
            : throw new GraphException(StatusCode.InvalidArgument, $"The variable '{name}' of {dtype.Name()} needs an initialiser.", name);
        Registration registration = new(trainable, collections ?? [CollectionKeys.Variables], slice, CurrentVariableScope.CachesReads);
        GraphVariable variable = Variable(name, shape, initializer, dtype, resource ?? UseResourceVariables, registration);
        _shared[name] = variable;
        Penalize(variable, regularizer);
        return variable;
    }

    private void Penalize(GraphVariable variable, Regularizer? regularizer)
    {
        if (regularizer is null)
        {
            return;
        }

        using GraphScope place = ColocateWith(variable.Handle.Operation);
        using GraphScope scope = NameScope(variable.Name + "/Regularizer/");
        if (regularizer(this, variable) is { } penalty)
        {
            AddToCollection(CollectionKeys.RegularizationLosses, penalty);
        }
    }

    private VariableScope Open(
        string name, GraphScope names, VariableReuse? reuse, Initializer? initializer, Regularizer? regularizer, Partitioner? partitioner, bool? useResource, DType? dtype)
    {
        VariableScope outer = CurrentVariableScope;
        string full = InVariableScope(name);
        VariableScope opened = new(full, names.Name, () =>
        {
            foreach (string inner in _scopesOpened.Keys.Where(key => key.StartsWith(full + "/", StringComparison.Ordinal)).ToArray())
            {
                _scopesOpened[inner] = 0;
            }

            names.Dispose();
        });
        opened.Inherit(outer);
        // Python's falsy values do not end the outer scope's reuse.
        opened.Reuse = reuse is null or VariableReuse.Never ? outer.Reuse : reuse.Value;
        opened.Initializer = initializer ?? outer.Initializer;
        opened.Regularizer = regularizer ?? outer.Regularizer;
        opened.Partitioner = partitioner ?? outer.Partitioner;
        opened.UseResource = useResource ?? outer.UseResource;
        opened.DType = dtype ?? outer.DType;
        _scopesOpened[full] = _scopesOpened.GetValueOrDefault(full) + 1;
        State = State with { Variables = opened };
        return opened;
    }

    private string InVariableScope(string name) => CurrentVariableScope.Name is { Length: > 0 } scope ? $"{scope}/{name}" : name;

    private GraphException Missing(string name) => new(
        StatusCode.NotFound,
        $"There is no variable '{name}' to be used again.{NearestNames.Hint(name, _shared.Keys)} To make it where it is missing, open the scope with reuse Auto.",
        name);

    private static GraphException Exists(string name, Shape found, Shape? asked, VariableReuse reuse) => new(
        StatusCode.AlreadyExists,
        reuse == VariableReuse.Never
            ? $"There is a variable '{name}' {found} already. To share it, open the scope with reuse Always or Auto; to have another, take another name."
            : $"The variable '{name}' is {found}; {asked} is asked for.",
        name);
}
