using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Goes through the elements of a dataset once. An element that fails is passed over: the next call goes on behind it.
/// One call at a time.</summary>
internal abstract class DatasetIterator
{
    /// <summary>The next element; null at the end.</summary>
    /// <param name="context">The run that wants it: its memory, its cancellation.</param>
    /// <exception cref="EngineException">The element cannot be made.</exception>
    public Tensor[]? Next(KernelContext context)
    {
        context.Cancel.ThrowIfCancellationRequested();
        Nesting.Check();
        try
        {
            return Produce(context);
        }
        catch (EngineException e) when (e.Code == StatusCode.OutOfRange)
        {
            // Only the end of a dataset is told by this code.
            throw new EngineException(StatusCode.Internal, $"An element failed with OUT_OF_RANGE, which would be taken for the end. Original message: {e.Message}", e.Node, e);
        }
    }

    /// <inheritdoc cref="Next"/>
    protected abstract Tensor[]? Produce(KernelContext context);
}
