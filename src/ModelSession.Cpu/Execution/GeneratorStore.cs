using System.Buffers.Binary;
using System.Collections.Concurrent;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Execution;

/// <summary>A node's random generator: every execution takes the next part of its stream.</summary>
internal sealed class Generator
{
    private readonly Lock _gate = new();
    private readonly (long Seed, long Seed2) _seeds;
    private readonly long _place;
    private Philox _start;
    private Philox _next;
    private Philox _mark;

    /// <summary>A generator.</summary>
    /// <param name="node">Its node, with attributes <c>seed</c> and <c>seed2</c>; both 0 ask for seeds of chance.</param>
    /// <param name="seed">What stands in for the first; null for the node's.</param>
    public Generator(GraphOperation node, long? seed)
    {
        _seeds = (node.Int("seed"), node.Int("seed2"));
        _place = node.Id;
        _start = _next = _mark = seed is { } given ? Given(given) : Philox.FromSeedsOrChance(_seeds.Seed, _seeds.Seed2);
    }

    /// <summary>The stream from here on, of which so many blocks are then used up.</summary>
    public Philox Take(ulong blocks)
    {
        lock (_gate)
        {
            Philox taken = _next;
            _next = _next.Skip(blocks);
            return taken;
        }
    }

    public Philox Next
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }

        set
        {
            lock (_gate)
            {
                _next = value;
            }
        }
    }

    /// <summary>Remembers where it stands.</summary>
    public void Mark() => _mark = Next;

    /// <summary>Puts it back to where it was marked last, or made.</summary>
    public void Rewind() => Next = _mark;

    /// <summary>Puts the generator back to where it was made.</summary>
    public void Restart() => Next = _start;

    /// <summary>Has it begin anew, with a seed in place of the graph's. Without one, what began by chance goes on.</summary>
    public void Restart(long? seed)
    {
        if (seed is not null || _seeds != (0, 0))
        {
            Next = _mark = _start = seed is { } given ? Given(given) : Philox.FromSeeds(_seeds.Seed, _seeds.Seed2);
        }
    }

    // As the builder gives them; nodes that have no seeds are told apart by their places.
    private Philox Given(long seed)
    {
        const long modulus = int.MaxValue;
        return Philox.FromSeeds(((seed % modulus) + modulus) % modulus, _seeds == (0, 0) ? _place : _seeds.Seed2);
    }
}

/// <summary>The random generators of a session, by name of the node that owns each.</summary>
internal sealed class GeneratorStore
{
    private const int CounterBytes = 16;
    private const int KeyBytes = 8;

    private readonly ConcurrentDictionary<string, Generator> _generators = new(StringComparer.Ordinal);

    private long? _seed;

    // The same ones, to go over at each run without making an object.
    private volatile Generator[] _all = [];

    // States of nodes that have not run yet in this session.
    private readonly ConcurrentDictionary<string, byte[]> _waiting = new(StringComparer.Ordinal);

    /// <summary>The generator of a node with attributes <c>seed</c> and <c>seed2</c>; both 0 ask for seeds of chance.</summary>
    public Generator Get(GraphOperation node) => _generators.GetOrAdd(KeyOf(node), key =>
    {
        Generator generator = new(node, _seed);
        if (_waiting.TryRemove(key, out byte[]? state))
        {
            generator.Next = Parse(state);
            generator.Mark();
        }

        lock (_waiting)
        {
            _all = [.. _all, generator];
        }

        return generator;
    });

    /// <summary>Remembers where all stand.</summary>
    public void Mark()
    {
        foreach (Generator generator in _all)
        {
            generator.Mark();
        }
    }

    /// <summary>Puts all back to where they were marked last; those made since, to where they were made.</summary>
    public void Rewind()
    {
        foreach (Generator generator in _all)
        {
            generator.Rewind();
        }
    }

    /// <summary>Has all begin anew, those to come as well.</summary>
    /// <param name="seed">In place of the graph's seed; null for what the nodes say.</param>
    public void Restart(long? seed)
    {
        _seed = seed;
        _waiting.Clear();
        foreach (Generator generator in _all)
        {
            generator.Restart(seed);
        }
    }

    /// <summary>Counter, then key: the key matters where the seeds were of chance.</summary>
    public EngineState Capture()
    {
        Dictionary<string, byte[]> states = new(_waiting, StringComparer.Ordinal);
        foreach ((string name, Generator generator) in _generators)
        {
            Philox next = generator.Next;
            byte[] bytes = new byte[CounterBytes + KeyBytes];
            BinaryPrimitives.WriteUInt128LittleEndian(bytes, next.Counter);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(CounterBytes), next.Key);
            states[name] = bytes;
        }

        return new EngineState(states);
    }

    /// <summary>Generators that the state does not name start anew: they had not run when it was captured.</summary>
    public void Restore(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach ((string name, byte[] bytes) in state.Generators)
        {
            if (bytes.Length != CounterBytes + KeyBytes)
            {
                throw Failure.Invalid($"The state of the generator '{name}' has {bytes.Length} bytes; it must have {CounterBytes + KeyBytes}.");
            }
        }

        _waiting.Clear();
        foreach ((string name, byte[] bytes) in state.Generators)
        {
            if (_generators.TryGetValue(name, out Generator? generator))
            {
                generator.Next = Parse(bytes);
            }
            else
            {
                _waiting[name] = bytes;
            }
        }

        foreach ((string name, Generator generator) in _generators)
        {
            if (!state.Generators.ContainsKey(name))
            {
                generator.Restart();
            }
        }
    }

    // No node's name has a colon.
    private static string KeyOf(GraphOperation node) => node.Graph.FunctionName is { } function ? $"{function}:{node.Name}" : node.Name;

    private static Philox Parse(byte[] bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(CounterBytes)), BinaryPrimitives.ReadUInt128LittleEndian(bytes));
}
