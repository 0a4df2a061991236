using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The records of files, each a scalar string.</summary>
/// <param name="files">The files, as the graph names them.</param>
/// <param name="leavesDamaged">Whether a damaged file is left after the error, for the next one; else it fails again.</param>
/// <param name="open">Opens one, by its number.</param>
internal sealed class FilesDataset(string[] files, bool leavesDamaged, Func<int, IRecords> open) : Dataset([DType.String], [Shape.Scalar])
{
    protected override DatasetIterator Begin(Iteration iteration) => new RecordIterator(files.Length, leavesDamaged, open, iteration);
}

/// <summary>Goes through the records of files.</summary>
internal sealed class RecordIterator(int count, bool leavesDamaged, Func<int, IRecords> open, Iteration iteration) : DatasetIterator
{
    private IRecords? _current;
    private EngineException? _failure;
    private int _next;

    protected override Tensor[]? Produce(KernelContext context)
    {
        while (_next < count)
        {
            context.Cancel.ThrowIfCancellationRequested();
            // A file that cannot be opened is tried again.
            _current ??= iteration.Keep(RecordFiles.Guard(() => open(_next)));
            byte[]? record;
            try
            {
                record = _failure is null ? RecordFiles.Guard(_current.Next) : throw _failure;
            }
            catch (EngineException e)
            {
                if (leavesDamaged)
                {
                    Leave();
                }
                else
                {
                    _failure = e;
                }

                throw;
            }

            if (record is not null)
            {
                return [Elements.Text(record)];
            }

            Leave();
        }

        return null;
    }

    private void Leave()
    {
        iteration.Close(_current);
        _current = null;
        _next++;
    }
}
