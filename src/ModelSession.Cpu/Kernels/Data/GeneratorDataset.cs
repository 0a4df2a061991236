using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The functions of a generated dataset.</summary>
/// <param name="Start">Makes the state.</param>
/// <param name="Next">Makes an element of the state; ends the dataset by OUT_OF_RANGE.</param>
/// <param name="Finish">Is given the state at the end.</param>
internal sealed record GeneratorFunctions(CapturedFunction Start, CapturedFunction Next, CapturedFunction Finish);

/// <summary>Elements that a function makes until it says that there are no more.</summary>
internal sealed class GeneratorDataset(GeneratorFunctions functions, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(functions, iteration);

    private sealed class Iterator(GeneratorFunctions functions, Iteration iteration) : DatasetIterator
    {
        private readonly DatasetFunction _start = functions.Start.Open(iteration);
        private readonly DatasetFunction _next = functions.Next.Open(iteration);
        private readonly DatasetFunction _finish = functions.Finish.Open(iteration);
        private Tensor[]? _state;
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (_ended)
            {
                return null;
            }

            _state ??= _start.Call(context);
            if (_next.CallOrEnd(context, preserveCardinality: false, _state) is { } element)
            {
                return element;
            }

            _ended = true;
            _finish.Call(context, _state);
            return null;
        }
    }
}
