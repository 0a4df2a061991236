using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Lookup;

/// <summary>What a table is made of.</summary>
/// <param name="Key">The keys' type.</param>
/// <param name="Value">The values' type.</param>
/// <param name="KeyShape">The shape of a key; a scalar but in dense tables.</param>
/// <param name="ValueShape">The shape of a value.</param>
/// <param name="IsFixed">Whether it is filled once and must be before it is read.</param>
internal sealed record TableType(DType Key, DType Value, Shape KeyShape, Shape ValueShape, bool IsFixed)
{
    /// <summary>The number of elements of a key.</summary>
    public int KeyLength { get; } = (int)KeyShape.ElementCount;

    /// <summary>The number of elements of a value.</summary>
    public int ValueLength { get; } = (int)ValueShape.ElementCount;

    public override string ToString() => $"{Key.Name()} {KeyShape} -> {Value.Name()} {ValueShape}";
}

/// <summary>A table from keys to values, which lives as long as its session. Keys stand in the order in which they came.</summary>
internal sealed class Table(string name, TableType type)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TableKey, int> _rows = [];
    private readonly List<Entry?> _entries = [];
    private readonly Stack<int> _free = new();
    private bool _filled;

    public string Name { get; } = name;

    public TableType Type { get; } = type;

    /// <summary>Keys that may not be used, in dense tables.</summary>
    public IReadOnlyList<TableKey> Reserved { get; init; } = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>The values of keys; where there is none, the default.</summary>
    /// <exception cref="EngineException">It must be filled before (FailedPrecondition), or types or shapes do not fit.</exception>
    public void Find(Value keys, Value fallback, Value values)
    {
        lock (_gate)
        {
            CheckFilled();
            int count = KeyCount(keys), length = Type.ValueLength;
            bool each = fallback.LongCount == (long)count * length && fallback.LongCount != length;
            for (int i = 0; i < count; i++)
            {
                Interruption.Check();
                if (_rows.TryGetValue(ReadKey(keys, i), out int row))
                {
                    Copy(_entries[row]!.Value, 0, values, i * length, length);
                }
                else
                {
                    Copy(fallback, each ? i * length : 0, values, i * length, length);
                }
            }
        }
    }

    /// <summary>Sets values of keys.</summary>
    public void Insert(Value keys, Value values)
    {
        CheckChangeable("Insert");
        lock (_gate)
        {
            Put(keys, values);
        }
    }

    /// <summary>Removes keys; those that are not there are passed over.</summary>
    public void Remove(Value keys)
    {
        CheckChangeable("Remove");
        lock (_gate)
        {
            for (int i = 0; i < KeyCount(keys); i++)
            {
                Interruption.Check();
                if (_rows.Remove(ReadKey(keys, i), out int row))
                {
                    _entries[row] = null;
                    _free.Push(row);
                }
            }
        }
    }

    /// <summary>Fills a table that is filled once; again only with the same.</summary>
    /// <exception cref="EngineException">It is filled with something else, or a key has two values (FailedPrecondition).</exception>
    public void Fill(Value keys, Value values)
    {
        lock (_gate)
        {
            if (_filled && KeyCount(keys) != _rows.Count)
            {
                throw Failure.Precondition("Table was already initialized with different data.");
            }

            CheckSame(keys, values);
            if (!_filled)
            {
                Put(keys, values);
                _filled = true;
            }
        }
    }

    /// <summary>Puts other contents in the place of its own.</summary>
    public void Import(Value keys, Value values)
    {
        if (Type.IsFixed)
        {
            Fill(keys, values);
            return;
        }

        lock (_gate)
        {
            _rows.Clear();
            _entries.Clear();
            _free.Clear();
            Put(keys, values);
        }
    }

    /// <summary>All keys and values.</summary>
    public void Export(KernelContext context, int keysOutput, int valuesOutput)
    {
        lock (_gate)
        {
            CheckFilled();
            Value keys = context.Allocate(keysOutput, [_rows.Count, .. Type.KeyShape.Dimensions]);
            Value values = context.Allocate(valuesOutput, [_rows.Count, .. Type.ValueShape.Dimensions]);
            int at = 0;
            foreach (Entry entry in _entries.OfType<Entry>())
            {
                Copy(entry.Key, 0, keys, at * Type.KeyLength, Type.KeyLength);
                Copy(entry.Value, 0, values, at * Type.ValueLength, Type.ValueLength);
                at++;
            }
        }
    }

    /// <exception cref="EngineException">Types are not the table's.</exception>
    public void CheckTypes(DType key, DType value)
    {
        if (key != Type.Key || value != Type.Value)
        {
            throw Failure.Invalid($"The table '{Name}' is {Type}; it is used as {key.Name()} -> {value.Name()}.");
        }
    }

    /// <summary>The shape of the values of some keys.</summary>
    /// <exception cref="EngineException">The keys do not fit.</exception>
    public Shape ValuesShape(Value keys)
    {
        int rank = Type.KeyShape.Rank;
        if (keys.Rank < rank || !keys.Dimensions[^rank..].SequenceEqual(Type.KeyShape.Dimensions))
        {
            throw Failure.Invalid($"Input key shape must end with {Type.KeyShape}, got {keys.Shape}");
        }

        return new Shape([.. keys.Dimensions[..^rank], .. Type.ValueShape.Dimensions]);
    }

    private int KeyCount(Value keys) => keys.Count / System.Math.Max(1, Type.KeyLength);

    private TableKey ReadKey(Value keys, int index)
    {
        TableKey key = TableKey.Read(keys, index, Type.KeyLength);
        return Reserved.Contains(key) ? throw Failure.Invalid("Using the empty_key or the deleted_key as a table key is not allowed") : key;
    }

    private void Put(Value keys, Value values)
    {
        for (int i = 0; i < KeyCount(keys); i++)
        {
            Interruption.Check();
            TableKey key = ReadKey(keys, i);
            if (!_rows.TryGetValue(key, out int row))
            {
                row = _free.TryPop(out int free) ? free : _entries.Count;
                if (row == _entries.Count)
                {
                    _entries.Add(null);
                }

                _rows.Add(key, row);
            }

            _entries[row] = new Entry(Own(keys, i * Type.KeyLength, Type.KeyLength), Own(values, i * Type.ValueLength, Type.ValueLength));
        }
    }

    private void CheckSame(Value keys, Value values)
    {
        Dictionary<TableKey, int> seen = [];
        for (int i = 0; i < KeyCount(keys); i++)
        {
            Interruption.Check();
            TableKey key = ReadKey(keys, i);
            if (_filled && !(_rows.TryGetValue(key, out int row) && Same(_entries[row]!.Value, 0, values, i)))
            {
                throw Failure.Precondition("Table was already initialized with different data.");
            }

            if (!seen.TryAdd(key, i) && !Same(values, seen[key], values, i))
            {
                throw Failure.Precondition($"HashTable has different value for same key: those at {seen[key]} and {i}.");
            }
        }
    }

    private void CheckFilled()
    {
        if (Type.IsFixed && !_filled)
        {
            throw Failure.Precondition("Table not initialized.");
        }
    }

    private void CheckChangeable(string what)
    {
        if (Type.IsFixed)
        {
            throw new EngineException(StatusCode.Unimplemented, $"{what} not supported by InitializableLookupTable implementations");
        }
    }

    private bool Same(Value x, int i, Value y, int k)
    {
        int length = Type.ValueLength;
        if (!Type.Value.IsObject())
        {
            int size = length * Type.Value.Size();
            return x.Memory!.Bytes((long)i * size, size).SequenceEqual(y.Memory!.Bytes((long)k * size, size));
        }

        for (int at = 0; at < length; at++)
        {
            if (!((byte[]?)x.Objects[i * length + at]).AsSpan().SequenceEqual((byte[]?)y.Objects[k * length + at]))
            {
                return false;
            }
        }

        return true;
    }

    private static Value Own(Value source, int start, int length)
    {
        Value own = new(source.DType);
        own.Borrow(Tensor.Uninitialized(source.DType, [length]));
        Copy(source, start, own, 0, length);
        return own;
    }

    private static void Copy(Value source, int from, Value target, int to, int length)
    {
        if (source.DType.IsObject())
        {
            source.Objects.Slice(from, length).CopyTo(target.Objects[to..]);
        }
        else
        {
            int size = source.DType.Size();
            source.Memory!.Bytes((long)from * size, length * size).CopyTo(target.Memory!.Bytes((long)to * size, length * size));
        }
    }

    private sealed record Entry(Value Key, Value Value);
}
