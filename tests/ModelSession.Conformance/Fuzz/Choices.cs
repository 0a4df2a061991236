namespace ModelSessions.Conformance.Fuzz;

/// <summary>Decisions taken from a list of numbers, over and over: the same list makes the same graph, and a shorter one a smaller.</summary>
internal sealed class Choices(IReadOnlyList<int> numbers)
{
    private int _at;

    /// <summary>Whether all numbers have been used once.</summary>
    public bool IsSpent => _at >= numbers.Count;

    /// <summary>A number from 0 to less than <paramref name="count"/>.</summary>
    public int Next(int count)
    {
        // A list that is used again says other things the next time.
        uint mixed = (uint)(numbers.Count == 0 ? _at : numbers[_at % numbers.Count] + _at / numbers.Count * 7919);
        _at++;
        return (int)(mixed % (uint)count);
    }

    /// <summary>A number between two, both included.</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    public bool Flag() => Next(2) == 1;

    /// <summary>One of several.</summary>
    public T Of<T>(params IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Each number from 0 to less than <paramref name="count"/> once, in any order.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    /// <summary>Some of the numbers from 0 to less than <paramref name="count"/>, ascending; perhaps none.</summary>
    public int[] Some(int count) => [.. Enumerable.Range(0, count).Where(_ => Flag())];
}
