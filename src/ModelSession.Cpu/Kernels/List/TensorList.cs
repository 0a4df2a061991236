using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.List;

/// <summary>A list of tensors. It never changes: who changes a list makes a new one, which shares the elements.</summary>
/// <param name="DType">The elements' type.</param>
/// <param name="Shape">What is known of the elements' shape.</param>
/// <param name="Limit">The most elements that it may have; −1 if any number.</param>
/// <param name="Items">The elements; null where none was set, which counts as zeros.</param>
internal sealed record TensorList(DType DType, Shape Shape, long Limit, Tensor?[] Items)
{
    public int Count => Items.Length;

    /// <summary>The same list with another element in a place.</summary>
    public TensorList With(int index, Tensor item)
    {
        Tensor?[] items = [.. Items];
        items[index] = item;
        return this with { Items = items };
    }

    /// <summary>The same list with so many elements.</summary>
    public TensorList Resized(int count)
    {
        Tensor?[] items = new Tensor?[count];
        System.Array.Copy(Items, items, System.Math.Min(count, Items.Length));
        return this with { Items = items };
    }

    /// <summary>What is known of the elements' shape from the list, from whoever asks, and from the elements.</summary>
    /// <exception cref="EngineException">These contradict.</exception>
    public Shape Known(Shape wanted)
    {
        Shape known = Merge(Shape, wanted);
        for (int i = 0; i < Items.Length && !known.IsFullyDefined; i++)
        {
            known = Items[i] is { } item ? Merge(known, item.Shape) : known;
        }

        return known;
    }

    /// <exception cref="EngineException">The types differ.</exception>
    public void CheckType(DType dtype)
    {
        if (dtype != DType)
        {
            throw Failure.Invalid($"Invalid data types; op elements {dtype.Name()} but list elements {DType.Name()}");
        }
    }

    /// <exception cref="EngineException">A tensor does not fit the elements' shape.</exception>
    public void CheckFits(Value item)
    {
        CheckType(item.DType);
        if (!Shape.IsCompatibleWith(item.Shape))
        {
            throw Failure.Invalid($"Tried to put a tensor with incompatible shape into a list. Item element shape: {item.Shape} list shape: {Shape}");
        }
    }

    /// <exception cref="EngineException">There is no such place.</exception>
    public int CheckIndex(long index) => index >= 0 && index < Count
        ? (int)index
        : throw Failure.Invalid($"Trying to access element {index} in a list with {Count} elements.");

    private static Shape Merge(Shape x, Shape y) => x.TryMerge(y, out Shape merged)
        ? merged
        : throw Failure.Invalid($"Incompatible shapes of the elements of a list: {x} and {y}.");
}
