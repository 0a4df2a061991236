using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>As <see cref="InterleaveDataset"/>, in the order of TensorFlow's older parallel interleave: all places are taken at once, and one that
/// nobody takes any more is left out within a turn, which the next one goes on with.</summary>
/// <param name="input">The elements.</param>
/// <param name="function">Makes a dataset of an element.</param>
/// <param name="cycle">How many take turns.</param>
/// <param name="block">How many elements one gives in its turn.</param>
/// <param name="types">The types of the components.</param>
/// <param name="shapes">Their shapes.</param>
internal sealed class ParallelInterleaveDataset(
    Dataset input, CapturedFunction function, long cycle, long block, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), function.Open(iteration), cycle, block, iteration);

    private sealed class Iterator(DatasetIterator input, DatasetFunction function, long cycle, long block, Iteration iteration) : DatasetIterator
    {
        private readonly List<DatasetIterator> _places = [];
        private int _turn;
        private long _given;
        private bool _started;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (!_started && _places.Count < cycle)
            {
                if (Open(context) is { } inner)
                {
                    _places.Add(inner);
                }
                else
                {
                    break;
                }
            }

            _started = true;
            while (_places.Count > 0)
            {
                if (_places[_turn].Next(context) is { } element)
                {
                    if (++_given == block)
                    {
                        Advance();
                    }

                    return element;
                }

                if (Open(context) is { } next)
                {
                    _places[_turn] = next;
                    Advance();
                }
                else
                {
                    _places.RemoveAt(_turn);
                    _turn = _turn == _places.Count ? 0 : _turn;
                }
            }

            return null;
        }

        private DatasetIterator? Open(KernelContext context) =>
            input.Next(context) is { } outer ? function.Dataset(context, outer).Open(iteration) : null;

        private void Advance()
        {
            _given = 0;
            _turn = (_turn + 1) % _places.Count;
        }
    }
}
