using ModelSessions.Cpu.Execution;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>A function that a dataset calls for its elements, with the values that it took from outside.</summary>
/// <param name="node">The dataset's node.</param>
/// <param name="function">The function.</param>
/// <param name="captured">What it is given behind the element.</param>
internal sealed class CapturedFunction(GraphOperation node, NameAttrList function, Tensor[] captured)
{
    /// <summary>The function for one iteration.</summary>
    public DatasetFunction Open(Iteration iteration) => new(iteration.Session.Functions.Get(node, function), captured);
}

/// <summary>A <see cref="CapturedFunction"/> in an iteration.</summary>
internal sealed class DatasetFunction(Function function, Tensor[] captured)
{
    public string Name => function.Name;

    /// <summary>Calls it.</summary>
    /// <exception cref="EngineException">It fails, or takes other arguments.</exception>
    public Tensor[] Call(KernelContext context, params ReadOnlySpan<Tensor> arguments)
    {
        if (function.ArgumentCount != arguments.Length + captured.Length)
        {
            throw Failure.Invalid(
                $"The function '{function.Name}' takes {function.ArgumentCount} arguments; it is given an element of {arguments.Length} and {captured.Length} captured values.");
        }

        RunState state = function.Begin(context);
        try
        {
            for (int i = 0; i < function.ArgumentCount; i++)
            {
                Give(state, i, i < arguments.Length ? arguments[i] : captured[i - arguments.Length]);
            }

            function.Run(state);
            Tensor[] results = new Tensor[function.ResultCount];
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = function.Result(state, i).ToTensor();
            }

            return results;
        }
        finally
        {
            function.End(state);
        }
    }

    /// <summary>Calls it for a truth.</summary>
    /// <exception cref="EngineException">It fails, or gives no scalar bool.</exception>
    public bool Test(KernelContext context, Tensor[] element) => Call(context, element) is [{ DType: DType.Bool, ElementCount: 1 } truth]
        ? truth.Span<bool>()[0]
        : throw Failure.Invalid($"Filter predicate `predicate` must return a scalar bool; the function '{Name}' does not.");

    /// <summary>Calls it for a number.</summary>
    /// <exception cref="EngineException">It fails, or gives no scalar int64.</exception>
    public long Number(KernelContext context, string what, params ReadOnlySpan<Tensor> arguments) =>
        Call(context, arguments) is [{ DType: DType.Int64, Shape.Rank: 0 } number]
            ? number.Span<long>()[0]
            : throw Failure.Invalid($"`{what}` must return a scalar int64; the function '{Name}' does not.");

    /// <summary>Calls it for a dataset.</summary>
    /// <exception cref="EngineException">It fails, or gives none.</exception>
    public Dataset Dataset(KernelContext context, params ReadOnlySpan<Tensor> arguments) =>
        Call(context, arguments) is [{ DType: DType.Variant, Shape.Rank: 0 } variant]
            ? variant.Objects[0] as Dataset ?? throw Failure.Invalid("Tensor must be a Dataset object.")
            : throw Failure.Invalid($"The function '{Name}' must return a single scalar of dtype DT_VARIANT, a dataset.");

    /// <summary>Calls it; null where it fails with OUT_OF_RANGE, which ends a dataset whose cardinality need not be kept.</summary>
    public Tensor[]? CallOrEnd(KernelContext context, bool preserveCardinality, params ReadOnlySpan<Tensor> arguments)
    {
        try
        {
            return Call(context, arguments);
        }
        catch (EngineException e) when (e.Code == StatusCode.OutOfRange)
        {
            return preserveCardinality ? throw Failure.Invalid($"Function invocation produced OutOfRangeError: {e.Message}") : null;
        }
    }

    private void Give(RunState state, int index, Tensor tensor)
    {
        Value argument = function.Argument(state, index);
        if (argument.DType != tensor.DType)
        {
            throw Failure.Invalid($"The argument {index} of the function '{function.Name}' is {argument.DType.Name()}; it is given {tensor.DType.Name()}.");
        }

        argument.Borrow(tensor);
    }
}
