using System.Runtime.ExceptionServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Elements of several datasets side by side, until the first of them ends.</summary>
internal sealed class ZipDataset(Dataset[] inputs)
    : Dataset([.. inputs.SelectMany(input => input.Types)], [.. inputs.SelectMany(input => input.Shapes)])
{
    public override long Cardinality
    {
        get
        {
            long least = Infinite;
            foreach (long cardinality in inputs.Select(input => input.Cardinality))
            {
                least = least == Unknown || cardinality == Unknown ? Unknown
                    : least == Infinite ? cardinality
                    : cardinality == Infinite ? least
                    : System.Math.Min(least, cardinality);
            }

            return least;
        }
    }

    protected override DatasetIterator Begin(Iteration iteration) =>
        new Iterator([.. inputs.Select((input, i) => input.Open(iteration.Branch(this, i, inputs.Length)))]);

    private sealed class Iterator(DatasetIterator[] inputs) : DatasetIterator
    {
        private bool _ended;

        // All go on even if one fails: they stay side by side.
        protected override Tensor[]? Produce(KernelContext context)
        {
            List<Tensor> element = [];
            EngineException? failure = null;
            foreach (DatasetIterator input in _ended ? [] : inputs)
            {
                try
                {
                    Tensor[]? part = input.Next(context);
                    _ended |= part is null;
                    element.AddRange(part ?? []);
                }
                catch (EngineException e)
                {
                    failure ??= e;
                }
            }

            if (failure is not null && !_ended)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return _ended || inputs.Length == 0 ? null : [.. element];
        }
    }
}
