using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>The elements of a queue; which of them is next is its kind's matter.</summary>
internal interface IQueueStorage
{
    int Count { get; }

    void Add(Tensor[] element);

    /// <summary>The next element, which is there.</summary>
    Tensor[] Take();

    /// <summary>Puts back what was taken last.</summary>
    void Return(Tensor[] element);
}

/// <summary>First in, first out.</summary>
internal sealed class FifoStorage : IQueueStorage
{
    private readonly LinkedList<Tensor[]> _elements = new();

    public int Count => _elements.Count;

    public void Add(Tensor[] element) => _elements.AddLast(element);

    public Tensor[] Take()
    {
        Tensor[] next = _elements.First!.Value;
        _elements.RemoveFirst();
        return next;
    }

    public void Return(Tensor[] element) => _elements.AddFirst(element);
}

/// <summary>Any of them, by TensorFlow's numbers: the last takes the place of the one taken.</summary>
internal sealed class ShuffleStorage(WordStream words) : IQueueStorage
{
    private readonly List<Tensor[]> _elements = [];

    public int Count => _elements.Count;

    public void Add(Tensor[] element) => _elements.Add(element);

    public Tensor[] Take()
    {
        int place = (int)(words.Next() % (uint)_elements.Count);
        Tensor[] next = _elements[place];
        _elements[place] = _elements[^1];
        _elements.RemoveAt(_elements.Count - 1);
        return next;
    }

    public void Return(Tensor[] element) => _elements.Add(element);
}

/// <summary>The least first component first. Which of equal ones is next follows from the C++ library's heap, as in TensorFlow.</summary>
internal sealed class PriorityStorage : IQueueStorage
{
    private readonly List<Tensor[]> _heap = [];

    public int Count => _heap.Count;

    public void Add(Tensor[] element)
    {
        _heap.Add(element);
        Rise(_heap.Count - 1, element);
    }

    public Tensor[] Take()
    {
        Tensor[] next = _heap[0], moved = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        int count = _heap.Count, hole = 0, child = 0;
        if (count == 0)
        {
            return next;
        }

        // The hole goes down to a leaf whatever is to be put there, then that rises.
        while (child < (count - 1) / 2)
        {
            child = 2 * (child + 1);
            child -= Priority(_heap[child]) > Priority(_heap[child - 1]) ? 1 : 0;
            _heap[hole] = _heap[child];
            hole = child;
        }

        if (count % 2 == 0 && child == (count - 2) / 2)
        {
            child = 2 * child + 1;
            _heap[hole] = _heap[child];
            hole = child;
        }

        Rise(hole, moved);
        return next;
    }

    public void Return(Tensor[] element) => Add(element);

    private void Rise(int hole, Tensor[] element)
    {
        while (hole > 0 && Priority(_heap[(hole - 1) / 2]) > Priority(element))
        {
            _heap[hole] = _heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }

        _heap[hole] = element;
    }

    private static long Priority(Tensor[] element) => element[0].ToScalar<long>();
}
