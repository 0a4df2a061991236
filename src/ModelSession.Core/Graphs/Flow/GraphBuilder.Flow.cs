using ModelSessions.Graphs.Flow;
using ModelSessions.Graphs.Gradients;

namespace ModelSessions;

/// <content>Branches and loops, in TensorFlow 1's form: Switch, Merge, Enter, Exit, NextIteration.</content>
public sealed partial class GraphBuilder
{
    private FlowMap? _flows;

    /// <summary>The branches and loops that were built here.</summary>
    internal FlowMap Flows => _flows ??= new FlowMap(this, isAuthored: true);

    /// <summary>One of two parts of the graph, chosen at each run: <c>tf.cond</c>. What a part takes from outside it gets through a gate, so that
    /// only the part that is chosen runs; what was built outside runs in any case.</summary>
    /// <typeparam name="T"><see cref="GraphTensor"/>, an array of them, <see cref="TensorTree"/>, <see cref="GraphTensorArray"/> or
    /// <see cref="GraphOperation"/>.</typeparam>
    /// <param name="predicate">A boolean scalar.</param>
    /// <param name="then">Builds what runs if it is true.</param>
    /// <param name="otherwise">Builds what runs if it is false; gives results of the same form and types.</param>
    /// <param name="name"><c>cond</c> if null.</param>
    public T Cond<T>(Operand predicate, Func<T> then, Func<T> otherwise, string? name = null)
        where T : class =>
        Results<T>(BranchBuilder.Build(this, predicate, Body(then), Body(otherwise), name ?? "cond"));

    /// <inheritdoc cref="Cond{T}"/>
    public (T1 First, T2 Second) Cond<T1, T2>(Operand predicate, Func<(T1 First, T2 Second)> then, Func<(T1 First, T2 Second)> otherwise, string? name = null)
        where T1 : class
        where T2 : class
    {
        TensorTree results = BranchBuilder.Build(this, predicate, () => then(), () => otherwise(), name ?? "cond");
        return (Results<T1>(results[0]), Results<T2>(results[1]));
    }

    /// <summary>As above, for scripts: the results are a tensor, or an array of tensors, as the parts give them.</summary>
    /// <param name="predicate">A boolean scalar.</param>
    /// <param name="then">Builds what runs if it is true.</param>
    /// <param name="otherwise">Builds what runs if it is false; gives results of the same form and types.</param>
    /// <param name="name"><c>cond</c> if null.</param>
    public object Cond(Operand predicate, Func<object?> then, Func<object?> otherwise, string? name = null) =>
        BranchBuilder.Build(this, predicate, then, otherwise, name is "" or null ? "cond" : name).ToObject();

    /// <summary>The first of several parts of the graph whose predicate is true: <c>tf.case</c>.</summary>
    /// <param name="cases">Boolean scalars, and what builds the parts.</param>
    /// <param name="otherwise">Builds what runs if none is true; if null, one must be, or the run fails.</param>
    /// <param name="name"><c>case</c> if null.</param>
    /// <param name="exclusive">Whether at most one may be true, or the run fails.</param>
    public T Case<T>(IReadOnlyList<(GraphTensor Predicate, Func<T> Then)> cases, Func<T>? otherwise = null, string? name = null, bool exclusive = false)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(cases);
        if (cases.Count == 0)
        {
            throw new ArgumentException("There must be at least one case.", nameof(cases));
        }

        using GraphScope scope = NameScope(name ?? "case");
        Func<T> rest = otherwise!;
        if (otherwise is null)
        {
            rest = Last(cases);
            cases = [.. cases.SkipLast(1)];
        }

        foreach ((GraphTensor predicate, Func<T> then) in cases.Reverse())
        {
            Func<T> next = rest;
            rest = () => Cond(predicate, then, next);
        }

        using GraphScope? after = exclusive ? ControlDependencies(AssertAtMost(1, "Input error: exclusive=True", [.. cases.Select(item => item.Predicate)])) : null;
        return rest();
    }

    /// <summary>As above, for scripts.</summary>
    /// <param name="predicates">Boolean scalars.</param>
    /// <param name="parts">What builds the parts, one for each predicate.</param>
    /// <param name="otherwise">Builds what runs if none is true; if null, one must be, or the run fails.</param>
    /// <param name="name"><c>case</c> if null.</param>
    /// <param name="exclusive">Whether at most one may be true, or the run fails.</param>
    public object Case(GraphTensor[] predicates, Func<object?>[] parts, Func<object?>? otherwise = null, string? name = null, bool exclusive = false)
    {
        ArgumentNullException.ThrowIfNull(predicates);
        ArgumentNullException.ThrowIfNull(parts);
        if (predicates.Length != parts.Length)
        {
            throw new ArgumentException($"There are {predicates.Length} predicates and {parts.Length} parts.", nameof(parts));
        }

        (GraphTensor, Func<object>)[] cases = [.. predicates.Zip(parts, (predicate, part) => (predicate, (Func<object>)(() => part()!)))];
        return Case(cases, otherwise is null ? null : () => otherwise()!, name is "" ? null : name, exclusive);
    }

    /// <summary>A loop over one variable: <c>tf.while_loop</c>.</summary>
    /// <param name="condition">Tells of the variable whether there is another iteration.</param>
    /// <param name="body">Gives the variable after an iteration. What it takes from outside stays the same in all iterations.</param>
    /// <param name="variable">The variable as it enters.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    /// <returns>The variable as it leaves.</returns>
    public GraphTensor WhileLoop(Func<GraphTensor, GraphTensor> condition, Func<GraphTensor, GraphTensor> body, GraphTensor variable, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        return LoopBuilder.Build(this, value => condition(value), value => body(value), () => variable, options ?? new());
    }

    /// <summary>A loop over two variables.</summary>
    /// <inheritdoc cref="WhileLoop(Func{GraphTensor, GraphTensor}, Func{GraphTensor, GraphTensor}, GraphTensor, LoopOptions?)"/>
    public (GraphTensor First, GraphTensor Second) WhileLoop(
        Func<GraphTensor, GraphTensor, GraphTensor> condition,
        Func<GraphTensor, GraphTensor, (GraphTensor First, GraphTensor Second)> body,
        (GraphTensor First, GraphTensor Second) variables,
        LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        TensorTree left = LoopBuilder.Build(
            this,
            values => condition(values[0], values[1]),
            values => body(values[0], values[1]) is var (first, second) ? [first, second] : [],
            () => [variables.First, variables.Second],
            options ?? new());
        return (left[0], left[1]);
    }

    /// <summary>A loop over three variables.</summary>
    /// <inheritdoc cref="WhileLoop(Func{GraphTensor, GraphTensor}, Func{GraphTensor, GraphTensor}, GraphTensor, LoopOptions?)"/>
    public (GraphTensor First, GraphTensor Second, GraphTensor Third) WhileLoop(
        Func<GraphTensor, GraphTensor, GraphTensor, GraphTensor> condition,
        Func<GraphTensor, GraphTensor, GraphTensor, (GraphTensor First, GraphTensor Second, GraphTensor Third)> body,
        (GraphTensor First, GraphTensor Second, GraphTensor Third) variables,
        LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        TensorTree left = LoopBuilder.Build(
            this,
            values => condition(values[0], values[1], values[2]),
            values => body(values[0], values[1], values[2]) is var (first, second, third) ? [first, second, third] : [],
            () => [variables.First, variables.Second, variables.Third],
            options ?? new());
        return (left[0], left[1], left[2]);
    }

    /// <summary>A loop over variables in any form, arrays of tensors among them.</summary>
    /// <inheritdoc cref="WhileLoop(Func{GraphTensor, GraphTensor}, Func{GraphTensor, GraphTensor}, GraphTensor, LoopOptions?)"/>
    public TensorTree WhileLoop(
        Func<TensorTree, GraphTensor> condition, Func<TensorTree, TensorTree> body, TensorTree variables, LoopOptions? options = null) =>
        LoopBuilder.Build(this, condition, body, () => variables, options ?? new());

    /// <summary>A loop for scripts: the variables are a tensor or an array (of tensors, arrays of tensors, nested arrays), which condition and
    /// body take one by one: <c>$g.WhileLoop({ param($i, $sum) $i.Less(10) }, { param($i, $sum) ($i + 1), ($sum + $i) }, @($zero, $zero))</c>.</summary>
    /// <param name="condition">Tells of the variables whether there is another iteration.</param>
    /// <param name="body">Gives the variables after an iteration.</param>
    /// <param name="variables">The variables as they enter.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    /// <returns>The variables as they leave, in the form in which they were given.</returns>
    public object WhileLoop(LoopFunction condition, LoopFunction body, object variables, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        return LoopBuilder.Build(
            this,
            values => TensorTree.From(this, Call(condition, values)),
            values => TensorTree.From(this, Call(body, values)),
            () => TensorTree.From(this, variables),
            options ?? new()).ToObject();
    }

    private static object? Call(LoopFunction function, TensorTree values)
    {
        object?[] arguments = new object?[8];
        if (values.Count > arguments.Length)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"A script takes up to {arguments.Length} variables of a loop one by one; there are {values.Count}. Put some of them in an array of their own.");
        }

        for (int i = 0; i < values.Count; i++)
        {
            arguments[i] = values[i].ToObject();
        }

        return function(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], arguments[6], arguments[7]);
    }

    // The last case, which must be true if it is come to.
    private Func<T> Last<T>(IReadOnlyList<(GraphTensor Predicate, Func<T> Then)> cases)
    {
        (GraphTensor predicate, Func<T> then) = cases[^1];
        GraphTensor[] before = [.. cases.SkipLast(1).Select(item => item.Predicate)];
        return () =>
        {
            GraphTensor all = Stack([.. cases.Select(item => (Operand)item.Predicate)], 0, "preds_c");
            GraphOperation others = AssertAtMost(
                0, $"Implementation error: selected default action #{before.Length} was called, but some of other predicates are True: ", before);
            GraphOperation any = Assert(predicate, ["Input error: None of conditions evaluated as True:", all]);
            using GraphScope after = ControlDependencies(others, any);
            return then();
        };
    }

    private GraphOperation AssertAtMost(int most, string message, GraphTensor[] predicates)
    {
        GraphTensor all = predicates.Length > 0
            ? Stack([.. predicates.Select(predicate => (Operand)predicate)], 0, "preds_c")
            : Constant(Tensor.From<float>([]), "preds_c");
        GraphTensor count = ReduceSum(Cast(all, DType.Int32), name: "num_true_conds");
        GraphTensor fits = count.LessEqual(Constant(Tensor.Scalar(most), "n_true_conds"));
        string names = string.Join(", ", predicates.Select(predicate => predicate.Name));
        return Assert(fits, [$"{message}: more than {most} conditions ({names}) evaluated as True:", all], null, predicates.Length);
    }

    private static Func<object?> Body<T>(Func<T> body)
        where T : class => body ?? throw new ArgumentNullException(nameof(body));

    private static T Results<T>(TensorTree tree)
        where T : class
    {
        object results = typeof(T) == typeof(TensorTree) ? tree
            : typeof(T) == typeof(GraphTensor[]) ? tree.Parts.Select(part => part.Tensor).ToArray()
            : typeof(T) == typeof(GraphOperation) ? tree.Tensor.Operation
            : tree.ToObject();
        return results as T
            ?? throw new GraphException(StatusCode.InvalidArgument, $"The branches give {tree}; that is no {typeof(T).Name}.");
    }

    private void CheckReach(GraphTensor[] inputs)
    {
        if (_flows is null || State.FlowGradients is not null)
        {
            return;
        }

        Array.ForEach(inputs, input => _flows.CheckReach(input, null));
    }
}
