namespace ModelSessions.Cpu.Numerics;

/// <summary>The best of many elements. Which of equal ones stay, and in what order, is as in TensorFlow: its heap and sort are those of the
/// C++ library it is built with, and a beam search tells equal elements apart by nothing else.</summary>
/// <param name="limit">How many are kept.</param>
/// <param name="isBetter">Whether the first element is better than the second.</param>
internal sealed class BestOf<T>(int limit, Func<T, T, bool> isBetter)
{
    private readonly List<T> _elements = [];
    private State _state = State.Unordered;

    private enum State
    {
        Unordered,

        // The worst element comes first.
        WorstFirst,

        // A heap, its worst element first, and one place behind it for the next.
        Heap,
    }

    public int Count => Math.Min(_elements.Count, limit);

    /// <summary>The elements, in no order.</summary>
    public IEnumerable<T> Elements => _elements.Take(Count);

    /// <summary>The worst element.</summary>
    public T Worst()
    {
        if (_state == State.Unordered)
        {
            int worst = 0;
            for (int i = 1; i < _elements.Count; i++)
            {
                worst = isBetter(_elements[worst], _elements[i]) ? i : worst;
            }

            (_elements[0], _elements[worst]) = (_elements[worst], _elements[0]);
            _state = State.WorstFirst;
        }

        return _elements[0];
    }

    /// <summary>Takes an element, and drops the worst if there are too many.</summary>
    public void Push(T element)
    {
        if (_state == State.Heap)
        {
            if (isBetter(element, _elements[0]))
            {
                _elements[^1] = element;
                PopHeap(_elements.Count);
            }

            return;
        }

        _elements.Add(element);
        if (_state == State.WorstFirst && !isBetter(element, _elements[0]))
        {
            (_elements[0], _elements[^1]) = (_elements[^1], _elements[0]);
        }

        if (_elements.Count == limit + 1)
        {
            for (int parent = (_elements.Count - 2) / 2; parent >= 0 && _elements.Count > 1; parent--)
            {
                Sink(parent, _elements.Count, _elements[parent]);
            }

            PopHeap(_elements.Count);
            _state = State.Heap;
        }
    }

    /// <summary>All elements, the best first; none are left.</summary>
    public T[] Extract()
    {
        if (_state == State.Heap)
        {
            _elements.RemoveAt(_elements.Count - 1);
            SortHeap(0, _elements.Count);
        }
        else
        {
            Introsort(0, _elements.Count, 2 * (_elements.Count == 0 ? 0 : int.Log2(_elements.Count)));
            InsertionSort();
        }

        T[] sorted = [.. _elements];
        _elements.Clear();
        _state = State.Unordered;
        return sorted;
    }

    // The first element goes to the end of the heap.
    private void PopHeap(int count, int start = 0)
    {
        if (count > 1)
        {
            T value = _elements[start + count - 1];
            _elements[start + count - 1] = _elements[start];
            Sink(0, count - 1, value, start);
        }
    }

    private void SortHeap(int start, int end)
    {
        for (int count = end - start; count > 1; count--)
        {
            PopHeap(count, start);
        }
    }

    // A hole goes down to a leaf; from there the value goes up to its place.
    private void Sink(int hole, int count, T value, int start = 0)
    {
        int top = hole, child = hole;
        while (child < (count - 1) / 2)
        {
            child = 2 * (child + 1);
            child -= isBetter(_elements[start + child], _elements[start + child - 1]) ? 1 : 0;
            _elements[start + hole] = _elements[start + child];
            hole = child;
        }

        if (count % 2 == 0 && child == (count - 2) / 2)
        {
            child = 2 * (child + 1);
            _elements[start + hole] = _elements[start + child - 1];
            hole = child - 1;
        }

        for (int parent = (hole - 1) / 2; hole > top && isBetter(_elements[start + parent], value); parent = (hole - 1) / 2)
        {
            _elements[start + hole] = _elements[start + parent];
            hole = parent;
        }

        _elements[start + hole] = value;
    }

    private void Introsort(int first, int last, int depth)
    {
        const int small = 16;
        while (last - first > small)
        {
            if (depth-- == 0)
            {
                for (int parent = (last - first - 2) / 2; parent >= 0; parent--)
                {
                    Sink(parent, last - first, _elements[first + parent], first);
                }

                SortHeap(first, last);
                return;
            }

            int cut = Partition(first, last);
            Introsort(cut, last, depth);
            last = cut;
        }
    }

    // Around the median of the second, the middle and the last element.
    private int Partition(int first, int last)
    {
        (int a, int b, int c) = (first + 1, first + (last - first) / 2, last - 1);
        int median = Better(a, b) ? Better(b, c) ? b : Better(a, c) ? c : a : Better(a, c) ? a : Better(b, c) ? c : b;
        Swap(first, median);
        for (int low = first + 1, high = last; ; low++)
        {
            while (Better(low, first))
            {
                low++;
            }

            high--;
            while (Better(first, high))
            {
                high--;
            }

            if (low >= high)
            {
                return low;
            }

            Swap(low, high);
        }
    }

    private void InsertionSort()
    {
        for (int i = 1; i < _elements.Count; i++)
        {
            T value = _elements[i];
            int at = i;
            for (; at > 0 && isBetter(value, _elements[at - 1]); at--)
            {
                _elements[at] = _elements[at - 1];
            }

            _elements[at] = value;
        }
    }

    private bool Better(int x, int y) => isBetter(_elements[x], _elements[y]);

    private void Swap(int x, int y) => (_elements[x], _elements[y]) = (_elements[y], _elements[x]);
}
