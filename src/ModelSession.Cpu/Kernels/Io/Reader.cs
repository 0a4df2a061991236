using System.Text;
using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.DataFlow;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>A record and what it is called.</summary>
internal readonly record struct ReaderRecord(byte[] Key, byte[] Value);

/// <summary>What a reader does with one unit of work, mostly a file.</summary>
internal interface IReaderWork : IDisposable
{
    /// <summary>The next record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isLast">Whether it is known that none comes after it.</param>
    /// <returns>False at the end.</returns>
    bool Next(out ReaderRecord record, out bool isLast);
}

/// <summary>A reader of a session: takes names of files from a queue, and gives their records one after another.</summary>
/// <param name="kind">Its op kind, for messages.</param>
/// <param name="name">Its name.</param>
/// <param name="start">Begins with a unit of work.</param>
/// <param name="hasState">Whether its state can be saved: a record is a whole unit.</param>
internal sealed class Reader(string kind, string name, Func<KernelContext, string, IReaderWork> start, bool hasState) : IDisposable
{
    private const uint StartedTag = 1 << 3, FinishedTag = 2 << 3, RecordsTag = 3 << 3, CurrentTag = (4 << 3) | 2;

    // Waiting for the queue must not keep others from being cancelled, which a lock would.
    private readonly SemaphoreSlim _gate = new(1);
    private IReaderWork? _work;
    private EngineException? _failure;
    private string _current = "";
    private long _started;
    private long _finished;
    private long _records;

    public long Records => Volatile.Read(ref _records);

    public long WorkUnits => Volatile.Read(ref _finished);

    /// <summary>Reads so many records, of one unit of work: fewer where it ends, but one at least.</summary>
    /// <exception cref="EngineException">There is no more work (OutOfRange), or it is damaged; the same again then.</exception>
    public List<ReaderRecord> Read(KernelContext context, Queue queue, long count) => Alone(() =>
    {
        List<ReaderRecord> records = [];
        while (records.Count == 0 && count > 0)
        {
            if (_started == _finished)
            {
                Begin(context, queue);
            }

            while (records.Count < count && _work is not null && Next(out ReaderRecord record))
            {
                records.Add(record);
                _records++;
            }
        }

        return records;
    }, context.Cancel);

    /// <summary>Forgets all that it did.</summary>
    public void Reset(CancellationToken cancel) => Alone(() => Restore(0, 0, 0, ""), cancel);

    /// <summary>What <see cref="Restore(byte[], CancellationToken)"/> takes: TensorFlow's ReaderBaseState.</summary>
    /// <exception cref="EngineException">It stands within a file (Unimplemented).</exception>
    public byte[] State(CancellationToken cancel) => Alone(() =>
    {
        CheckState("Reader SerializeState");
        using MemoryStream bytes = new();
        CodedOutputStream output = new(bytes);
        foreach ((uint tag, long value) in ((uint, long)[])[(StartedTag, _started), (FinishedTag, _finished), (RecordsTag, _records)])
        {
            if (value != 0)
            {
                output.WriteTag(tag);
                output.WriteInt64(value);
            }
        }

        if (_current.Length > 0)
        {
            output.WriteTag(CurrentTag);
            output.WriteString(_current);
        }

        output.Flush();
        return bytes.ToArray();
    }, cancel);

    /// <summary>Goes on where a reader stood.</summary>
    /// <exception cref="EngineException">It is no state (InvalidArgument), or the kind has none (Unimplemented).</exception>
    public void Restore(byte[] state, CancellationToken cancel) => Alone(() =>
    {
        CheckState("Reader RestoreState");
        long started = 0, finished = 0, records = 0;
        string current = "";
        try
        {
            CodedInputStream input = new(state);
            for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                switch (tag)
                {
                    case StartedTag: started = input.ReadInt64(); break;
                    case FinishedTag: finished = input.ReadInt64(); break;
                    case RecordsTag: records = input.ReadInt64(); break;
                    case CurrentTag: current = input.ReadString(); break;
                    default: input.SkipLastField(); break;
                }
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Could not parse state for {kind} '{name}': {e.Message}", innerException: e);
        }

        if (finished < 0 || records < 0 || started != finished)
        {
            throw Failure.Invalid($"Inconsistent state for {kind} '{name}': {started} units of work begun, {finished} finished, {records} records.");
        }

        return Restore(started, finished, records, current);
    }, cancel);

    public void Dispose() => _work?.Dispose();

    private bool Restore(long started, long finished, long records, string current)
    {
        _work?.Dispose();
        (_work, _failure, _started, _finished, _records, _current) = (null, null, started, finished, records, current);
        return true;
    }

    private void CheckState(string what)
    {
        if (!hasState)
        {
            throw new EngineException(StatusCode.Unimplemented, $"{what}: {kind} '{name}' has none that could be saved.");
        }
    }

    private void Begin(KernelContext context, Queue queue)
    {
        queue.Type.CheckTypes([DType.String]);
        _current = "";
        Tensor unit = queue.Dequeue(1, orLess: false, context.Cancel)[0][0];
        string current = unit.ElementCount == 1 ? Encoding.UTF8.GetString(unit.StringBytes(0)) : throw Failure.Invalid("Expected to dequeue a one-element string tensor");
        // What cannot be begun with is passed over.
        _work = start(context, current);
        (_current, _started, _failure) = (current, _started + 1, null);
    }

    private bool Next(out ReaderRecord record)
    {
        if (_failure is { } known)
        {
            throw new EngineException(known.Code, known.Message, innerException: known);
        }

        try
        {
            bool found = _work!.Next(out record, out bool isLast);
            if (!found || isLast)
            {
                _work.Dispose();
                _work = null;
                _finished++;
            }

            return found;
        }
        catch (ModelFileException e)
        {
            throw _failure = new EngineException(e.Code, e.Message, innerException: e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw _failure = new EngineException(StatusCode.DataLoss, $"{_current} cannot be read: {e.Message}", innerException: e);
        }
    }

    private T Alone<T>(Func<T> act, CancellationToken cancel)
    {
        _gate.Wait(cancel);
        try
        {
            return act();
        }
        finally
        {
            _gate.Release();
        }
    }
}
