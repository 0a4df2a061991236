using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The functions of a dataset that folds elements by a key.</summary>
/// <param name="Key">Gives an element's key.</param>
/// <param name="Start">Makes the state of a key.</param>
/// <param name="Reduce">Makes the next state of a state and an element.</param>
/// <param name="Finish">Makes an element of the last state.</param>
internal sealed record ReducerFunctions(CapturedFunction Key, CapturedFunction Start, CapturedFunction Reduce, CapturedFunction Finish);

/// <summary>Elements folded by a key: one for each key, in the order of the keys.</summary>
internal sealed class GroupByReducerDataset(Dataset input, ReducerFunctions functions, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), functions, iteration);

    private sealed class Iterator(DatasetIterator input, ReducerFunctions functions, Iteration iteration) : DatasetIterator
    {
        private readonly DatasetFunction _key = functions.Key.Open(iteration);
        private readonly DatasetFunction _start = functions.Start.Open(iteration);
        private readonly DatasetFunction _reduce = functions.Reduce.Open(iteration);
        private readonly DatasetFunction _finish = functions.Finish.Open(iteration);
        private readonly SortedDictionary<long, Tensor[]> _states = [];
        private Queue<Tensor[]>? _results;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (_results is null && input.Next(context) is { } element)
            {
                long key = _key.Number(context, "key_func", element);
                Tensor[] state = _states.TryGetValue(key, out Tensor[]? known) ? known : _start.Call(context, Tensor.Scalar(key));
                _states[key] = _reduce.Call(context, [.. state, .. element]);
            }

            _results ??= new Queue<Tensor[]>(_states.Values);
            return _results.TryDequeue(out Tensor[]? last) ? _finish.Call(context, last) : null;
        }
    }
}
