using ModelSessions.Graphs.Flow;

namespace ModelSessions;

/// <content>Arrays of tensors, and functions applied along an axis.</content>
public sealed partial class GraphBuilder
{
    /// <summary>An array of tensors that lives for a run: <c>tf.TensorArray</c>.</summary>
    /// <param name="dtype">The elements' type.</param>
    /// <param name="size">How many there are, int32; at first, if it grows.</param>
    /// <param name="dynamicSize">Whether writing beyond the end makes it grow.</param>
    /// <param name="clearAfterRead">Whether an element is forgotten when it is read.</param>
    /// <param name="elementShape">What is known of the elements' shape; nothing if null.</param>
    /// <param name="inferShape">Whether all elements have one shape.</param>
    /// <param name="arrayName">A name for the engine's errors.</param>
    /// <param name="name"><c>TensorArray</c> if null.</param>
    public GraphTensorArray TensorArray(
        DType dtype,
        Operand size,
        bool dynamicSize = false,
        bool clearAfterRead = true,
        Shape? elementShape = null,
        bool inferShape = true,
        string arrayName = "",
        string? name = null) =>
        GraphTensorArray.Create(this, dtype, size, dynamicSize, clearAfterRead, arrayName, elementShape ?? Shape.Unknown, inferShape, name);

    /// <summary>A function applied to each slice along the first axis: <c>tf.map_fn</c>.</summary>
    /// <param name="function">Takes a slice.</param>
    /// <param name="elements">At least one-dimensional.</param>
    /// <param name="dtype">The type of what the function gives; that of the elements if null.</param>
    /// <param name="options">How the loop is built.</param>
    /// <returns>The results, stacked.</returns>
    public GraphTensor MapFn(Func<GraphTensor, GraphTensor> function, GraphTensor elements, DType? dtype = null, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Map(this, tree => function(tree), elements, [dtype ?? elements.DType], options ?? new());
    }

    /// <summary>As above, over several tensors at once, with results in any form.</summary>
    /// <param name="function">Takes a slice of each.</param>
    /// <param name="elements">Tensors with first axes of one size.</param>
    /// <param name="dtypes">The types of what the function gives, from left to right; if null, it gives what it takes.</param>
    /// <param name="options">How the loop is built.</param>
    public TensorTree MapFn(Func<TensorTree, TensorTree> function, TensorTree elements, DType[]? dtypes = null, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Map(this, function, elements, dtypes ?? [.. elements.Flatten().Select(element => element.DType)], options ?? new());
    }

    /// <summary>The running results of a function along the first axis: <c>tf.scan</c>.</summary>
    /// <param name="function">Takes the result so far and a slice, gives the next result.</param>
    /// <param name="elements">At least one-dimensional.</param>
    /// <param name="initializer">The first result so far; the first slice if null.</param>
    /// <param name="reverse">Whether it begins with the last slice.</param>
    /// <param name="options">How the loop is built.</param>
    /// <returns>All results, stacked.</returns>
    public GraphTensor Scan(
        Func<GraphTensor, GraphTensor, GraphTensor> function, GraphTensor elements, GraphTensor? initializer = null, bool reverse = false, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Scan(this, (sum, element) => function(sum, element), elements, initializer, reverse, options ?? new());
    }

    /// <summary>As above, over tensors and results in any form.</summary>
    /// <inheritdoc cref="Scan(Func{GraphTensor, GraphTensor, GraphTensor}, GraphTensor, GraphTensor?, bool, LoopOptions?)"/>
    public TensorTree Scan(
        Func<TensorTree, TensorTree, TensorTree> function, TensorTree elements, TensorTree? initializer = null, bool reverse = false, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Scan(this, function, elements, initializer, reverse, options ?? new());
    }

    /// <summary>The last result of a function along the first axis, from the first slice to the last: <c>tf.foldl</c>.</summary>
    /// <param name="function">Takes the result so far and a slice, gives the next result.</param>
    /// <param name="elements">At least one-dimensional.</param>
    /// <param name="initializer">The first result so far; the first slice if null.</param>
    /// <param name="options">How the loop is built.</param>
    public GraphTensor Foldl(
        Func<GraphTensor, GraphTensor, GraphTensor> function, GraphTensor elements, GraphTensor? initializer = null, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Left(this, (sum, element) => function(sum, element), elements, initializer, options ?? new());
    }

    /// <summary>The last result of a function along the first axis, from the last slice to the first: <c>tf.foldr</c>.</summary>
    /// <inheritdoc cref="Foldl"/>
    public GraphTensor Foldr(
        Func<GraphTensor, GraphTensor, GraphTensor> function, GraphTensor elements, GraphTensor? initializer = null, LoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(elements);
        return Folds.Right(this, (sum, element) => function(sum, element), elements, initializer, options ?? new());
    }
}
