using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The records of files, each a scalar string.</summary>
/// <param name="files">The files, as the graph names them.</param>
/// <param name="open">Opens one, by its number.</param>
internal sealed class FilesDataset(string[] files, Func<int, IRecords> open) : Dataset([DType.String], [Shape.Scalar])
{
    protected override DatasetIterator Begin(Iteration iteration) => new RecordIterator(files.Length, open, iteration);
}

/// <summary>Goes through the records of files.</summary>
internal sealed class RecordIterator(int count, Func<int, IRecords> open, Iteration iteration) : DatasetIterator
{
    private IRecords? _current;
    private int _next;

    protected override Tensor[]? Produce(KernelContext context)
    {
        while (_next < count)
        {
            context.Cancel.ThrowIfCancellationRequested();
            // A file that cannot be opened is tried again; one that is damaged is left.
            _current ??= iteration.Keep(Guarded(() => open(_next)));
            byte[]? record = null;
            try
            {
                record = Guarded(_current.Next);
            }
            finally
            {
                if (record is null)
                {
                    iteration.Close(_current);
                    _current = null;
                    _next++;
                }
            }

            if (record is not null)
            {
                return [Elements.Text(record)];
            }
        }

        return null;
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelFileException e)
        {
            throw new EngineException(e.Code, e.Message, innerException: e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new EngineException(StatusCode.DataLoss, $"A file cannot be read: {e.Message}", innerException: e);
        }
    }
}
