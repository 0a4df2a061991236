using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>A stack of tensors that lives for a run: a loop's gradient takes from it what the loop has put there.</summary>
internal sealed class TensorStack(string name, DType dtype, long limit) : IRunResource
{
    private readonly List<Value> _items = [];
    private int _count;
    private bool _closed;

    public DType DType { get; } = dtype;

    public void Push(Value value)
    {
        CheckOpen();
        if (value.DType != DType)
        {
            throw Failure.Invalid($"Must have data type {DType.Name()}, not {value.DType.Name()}, for the elements of Stack[{name}].");
        }

        if (limit >= 0 && _count >= limit)
        {
            throw Failure.Invalid($"Stack[{name}] overflowed its max_size ({limit})");
        }

        if (_count == _items.Count)
        {
            _items.Add(new Value(DType));
        }

        _items[_count++].ShareFrom(value, value.Dimensions);
    }

    public void Pop(Value target)
    {
        CheckOpen();
        if (_count == 0)
        {
            throw Failure.Invalid($"Stack[{name}] is empty when calling Pop().");
        }

        Value item = _items[--_count];
        target.ShareFrom(item, item.Dimensions);
        item.Clear();
    }

    public void Release()
    {
        _closed = true;
        foreach (Value item in _items)
        {
            item.Clear();
        }
    }

    private void CheckOpen()
    {
        if (_closed)
        {
            throw Failure.Invalid($"Stack[{name}] has already been closed.");
        }
    }
}
