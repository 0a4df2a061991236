using System.Diagnostics;

namespace ModelSessions;

/// <summary>What ran and how long it took: the way of TensorFlow's <c>RunMetadata</c>. One trace may follow several runs, one after another.</summary>
public sealed class RunTrace
{
    private readonly List<RunTraceNode> _nodes = [];
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The nodes in the order in which they ended; of a loop those of each iteration, then the loop as a whole under the node that
    /// enters it; of a call the function's nodes, then the caller.</summary>
    public IReadOnlyList<RunTraceNode> Nodes
    {
        get
        {
            lock (_gate)
            {
                return [.. _nodes];
            }
        }
    }

    /// <summary>Adds a node that has run: for engines.</summary>
    /// <param name="name">The node.</param>
    /// <param name="type">Its op kind.</param>
    /// <param name="began">When it began, by <see cref="Stopwatch.GetTimestamp"/>; it ended just now.</param>
    /// <param name="bytes">The size of its outputs.</param>
    public void Add(string name, string type, long began, long bytes)
    {
        TimeSpan duration = Stopwatch.GetElapsedTime(began);
        lock (_gate)
        {
            _nodes.Add(new RunTraceNode(name, type, Stopwatch.GetElapsedTime(_start, began), duration, bytes));
        }
    }
}

/// <summary>A node that has run.</summary>
/// <param name="Name">Its name; inside of a function, the name there.</param>
/// <param name="Type">Its op kind.</param>
/// <param name="Start">When it began, from the making of the trace on.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Bytes">The size of its outputs in bytes; strings and handles count as nothing.</param>
public sealed record RunTraceNode(string Name, string Type, TimeSpan Start, TimeSpan Duration, long Bytes);
