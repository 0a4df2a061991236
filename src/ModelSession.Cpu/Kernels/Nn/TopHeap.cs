using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>The places of the k greatest of a row, of equals those in front. TensorFlow gives them unsorted in the order of its heap, so this is
/// that heap, with the steps of the C++ library that it was built with.</summary>
internal readonly ref struct TopHeap<T>
    where T : INumber<T>
{
    private readonly ReadOnlySpan<T> _row;
    private readonly Span<int> _heap;

    /// <summary>Finds the greatest.</summary>
    /// <param name="row">The row; longer than k.</param>
    /// <param name="heap">Memory for k + 1 places; the first k are the result.</param>
    public TopHeap(ReadOnlySpan<T> row, Span<int> heap)
    {
        _row = row;
        _heap = heap;
        for (int i = 0; i < heap.Length; i++)
        {
            heap[i] = i;
        }

        for (int parent = (heap.Length - 2) / 2; parent >= 0; parent--)
        {
            Sink(parent, heap.Length, heap[parent]);
        }

        Pop();
        for (int i = heap.Length; i < row.Length; i++)
        {
            if (IsBefore(i, heap[0]))
            {
                Interruption.Check();
                heap[^1] = i;
                Pop();
            }
        }
    }

    /// <summary>Whether a place comes first. NaN comes last.</summary>
    public static int Compare(ReadOnlySpan<T> row, int a, int b) => row[b].CompareTo(row[a]) is var order and not 0 ? order : a.CompareTo(b);

    private bool IsBefore(int a, int b) => Compare(_row, a, b) < 0;

    // Drops the least, which is at the root, and sinks the last.
    private void Pop() => Sink(0, _heap.Length - 1, _heap[^1]);

    // The hole goes down to a leaf, then the value comes up from there.
    private void Sink(int hole, int length, int value)
    {
        int top = hole, child = hole;
        while (child < (length - 1) / 2)
        {
            child = 2 * (child + 1);
            child -= IsBefore(_heap[child], _heap[child - 1]) ? 1 : 0;
            _heap[hole] = _heap[child];
            hole = child;
        }

        if (length % 2 == 0 && child == (length - 2) / 2)
        {
            child = 2 * child + 1;
            _heap[hole] = _heap[child];
            hole = child;
        }

        for (int parent = (hole - 1) / 2; hole > top && IsBefore(_heap[parent], value); parent = (hole - 1) / 2)
        {
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = value;
    }
}
