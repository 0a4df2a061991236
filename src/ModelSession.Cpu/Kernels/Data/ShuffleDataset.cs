using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Elements in a random order, drawn from a buffer; one or several epochs, which do not mix.</summary>
/// <param name="input">The elements.</param>
/// <param name="bufferSize">How many the buffer holds.</param>
/// <param name="seeds">Gives each epoch its seeds.</param>
/// <param name="count">The number of epochs; −1 for no end.</param>
internal sealed class ShuffleDataset(Dataset input, long bufferSize, SeedSource seeds, long count) : Dataset(input.Types, input.Shapes)
{
    // The buffer is not filled further while it holds parts of more epochs: small datasets need no large buffer.
    private const int MostEpochs = 3;

    public override long Cardinality => count == -1 ? Infinite : RepeatDataset.Times(input.Cardinality, count);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input, bufferSize, seeds.Open(this, iteration), count, iteration);

    // The part of the ring that belongs to an epoch; its ends count on past the ring's size.
    private sealed class Epoch(long at)
    {
        public long Start { get; set; } = at;

        public long End { get; set; } = at;
    }

    private sealed class Iterator(Dataset dataset, long bufferSize, SeedGenerator seeds, long count, Iteration iteration) : DatasetIterator
    {
        // A ring that grows to its size with what comes.
        private readonly List<Tensor[]> _ring = [];
        private readonly Queue<Epoch> _epochs = new();
        private WordStream _words = seeds.Next();
        private DatasetIterator? _input;
        private Epoch _last = new(0);
        private long _begun;
        private long _held;
        private bool _hasProduced;

        protected override Tensor[]? Produce(KernelContext context)
        {
            Fill(context);
            if (_held == 0)
            {
                return null;
            }

            while (_epochs.Peek() is { } empty && empty.Start == empty.End)
            {
                _epochs.Dequeue();
                _words = seeds.Next();
            }

            Epoch epoch = _epochs.Peek();
            int chosen = Place(epoch.Start + _words.Next() % (epoch.End - epoch.Start)), first = Place(epoch.Start++);
            Tensor[] element = _ring[chosen];
            _ring[chosen] = _ring[first];
            _ring[first] = [];
            _held--;
            iteration.Free(element);
            return element;
        }

        private void Fill(KernelContext context)
        {
            while (_held < bufferSize && (_input is not null || count == -1 || _begun < count) && !(_epochs.Count > MostEpochs && _held > 0))
            {
                if (_input is null)
                {
                    _epochs.Enqueue(_last = new Epoch(_last.End));
                    _input = dataset.Open(iteration);
                    _begun++;
                }

                if (_input.Next(context) is { } element)
                {
                    Add(element);
                    continue;
                }

                _input = null;
                if (!_hasProduced && count == -1)
                {
                    // It would go on for ever without an element.
                    return;
                }
            }
        }

        private void Add(Tensor[] element)
        {
            iteration.Hold(element);
            int place = Place(_last.End++);
            if (place == _ring.Count)
            {
                _ring.Add(element);
            }
            else
            {
                _ring[place] = element;
            }

            _held++;
            _hasProduced = true;
        }

        private int Place(long at) => (int)(at % bufferSize);
    }
}
