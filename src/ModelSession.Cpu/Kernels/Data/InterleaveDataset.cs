using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements of the datasets that a function makes of each element, some of which are gone through in turns.</summary>
/// <param name="input">The elements.</param>
/// <param name="function">Makes a dataset of an element.</param>
/// <param name="cycle">How many take turns.</param>
/// <param name="block">How many elements one gives in its turn.</param>
/// <param name="types">The types of the components.</param>
/// <param name="shapes">Their shapes.</param>
internal sealed class InterleaveDataset(
    Dataset input, CapturedFunction function, long cycle, long block, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), function.Open(iteration), cycle, block, iteration);

    private sealed class Iterator(DatasetIterator input, DatasetFunction function, long cycle, long block, Iteration iteration) : DatasetIterator
    {
        // As many places as were ever taken, at most a cycle.
        private readonly List<DatasetIterator?> _places = [];
        private int _turn;
        private long _given;
        private int _open;
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (!_ended || _open > 0)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (_turn < _places.Count && _places[_turn] is { } current)
                {
                    if (current.Next(context) is { } element)
                    {
                        if (++_given == block)
                        {
                            Advance();
                        }

                        return element;
                    }

                    _places[_turn] = null;
                    _open--;
                    Advance();
                }
                else if (_ended)
                {
                    Advance();
                }
                else if (input.Next(context) is { } outer)
                {
                    Take(function.Dataset(context, outer).Open(iteration));
                }
                else
                {
                    _ended = true;
                }
            }

            return null;
        }

        private void Take(DatasetIterator inner)
        {
            if (_turn == _places.Count)
            {
                _places.Add(null);
            }

            _places[_turn] = inner;
            _open++;
        }

        // After the last place that was taken comes an empty one, or, if no more come, the first.
        private void Advance()
        {
            _given = 0;
            _turn++;
            if (_turn >= cycle || _turn > _places.Count || (_ended && _turn == _places.Count))
            {
                _turn = 0;
            }
        }
    }
}
