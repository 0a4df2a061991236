using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The functions of a dataset that gathers elements by a key.</summary>
/// <param name="Key">Gives an element's key.</param>
/// <param name="Reduce">Makes a dataset of a key and a dataset of so many elements.</param>
/// <param name="Size">Gives the number of elements for a key.</param>
internal sealed record GroupFunctions(CapturedFunction Key, CapturedFunction Reduce, CapturedFunction Size);

/// <summary>Elements gathered by a key; what a function makes of each group that is full, and at the end of those that are not.</summary>
internal sealed class GroupByWindowDataset(Dataset input, GroupFunctions functions, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input, functions, iteration);

    private sealed class Iterator(Dataset dataset, GroupFunctions functions, Iteration iteration) : DatasetIterator
    {
        private readonly DatasetIterator _input = dataset.Open(iteration);
        private readonly DatasetFunction _key = functions.Key.Open(iteration);
        private readonly DatasetFunction _reduce = functions.Reduce.Open(iteration);
        private readonly DatasetFunction _size = functions.Size.Open(iteration);

        // What is left at the end comes in the order of the keys.
        private readonly SortedDictionary<long, List<Tensor[]>> _groups = [];
        private readonly Dictionary<long, long> _sizes = [];
        private DatasetIterator? _current;
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                if (_current?.Next(context) is { } element)
                {
                    return element;
                }

                _current = null;
                if (!_ended)
                {
                    Gather(context);
                }
                else if (_groups.Count > 0)
                {
                    Flush(context, _groups.First().Key);
                }
                else
                {
                    return null;
                }
            }
        }

        private void Gather(KernelContext context)
        {
            if (_input.Next(context) is not { } element)
            {
                _ended = true;
                return;
            }

            long key = _key.Number(context, "key_func", element);
            if (!_sizes.TryGetValue(key, out long size))
            {
                size = _size.Number(context, "window_size_func", Tensor.Scalar(key));
                _sizes[key] = size > 0 ? size : throw Failure.Invalid($"Window size must be greater than zero, but got {size}.");
            }

            List<Tensor[]> group = _groups.TryGetValue(key, out List<Tensor[]>? known) ? known : _groups[key] = [];
            iteration.Hold(element);
            group.Add(element);
            if (group.Count == size)
            {
                Flush(context, key);
            }
        }

        private void Flush(KernelContext context, long key)
        {
            _groups.Remove(key, out List<Tensor[]>? group);
            group!.ForEach(iteration.Free);
            Tensor window = Elements.Wrap(new TensorDataset(group, dataset.Types, dataset.Shapes));
            _current = _reduce.Dataset(context, Tensor.Scalar(key), window).Open(iteration);
        }
    }
}
