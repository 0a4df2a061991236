using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Ctc;

/// <summary>The loss of sequences without an alignment.</summary>
internal static class CtcLossKernels
{
    public static void Register(KernelTable table) => table.Floats<Loss>("CTCLoss", TypeSet.Wide);

    private readonly struct Loss : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool collapse = node.Bool("preprocess_collapse_repeated"), merge = node.Bool("ctc_merge_repeated");
            bool ignoreLonger = node.Bool("ignore_longer_outputs_than_inputs");
            return context =>
            {
                Value logits = context.Input(0), lengths = context.Input(3);
                Check(logits, lengths);
                int time = (int)logits.Dimensions[0], batch = (int)logits.Dimensions[1], classes = (int)logits.Dimensions[2];
                int[] steps = Lengths(lengths, time);
                int[][] given = Labels(context.Input(1), context.Input(2), batch);
                int[][] labels = [.. given.Select((label, sequence) => Filtered(label, sequence, classes, collapse, ignoreLonger, steps[sequence]))];
                Span<T> loss = context.Allocate(0, [batch]).Span<T>(), gradient = context.Allocate(1, logits.Dimensions).Span<T>();
                loss.Clear();
                gradient.Clear();
                context.Workers.For(batch, new Body<T>(logits.Span<T>(), loss, gradient, steps, given, labels, classes, merge, ignoreLonger));
            };
        }
    }

    private static void Check(Value logits, Value lengths)
    {
        if (logits.Rank != 3 || lengths.Rank != 1 || lengths.LongCount != logits.Dimensions[1] || logits.Dimensions[1] == 0)
        {
            throw Failure.Invalid($"inputs must be a 3-Tensor with a batch, and sequence_length a vector of the batch's size; they are {logits.Shape} and {lengths.Shape}");
        }

        if (logits.Dimensions[2] == 0 || logits.Dimensions[0] == 0)
        {
            throw Failure.Invalid($"There are no classes or no time steps: inputs have the shape {logits.Shape}");
        }
    }

    private static int[] Lengths(Value lengths, int time)
    {
        int[] steps = lengths.Span<int>().ToArray();
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] < 0 || steps[i] > time)
            {
                throw Failure.Invalid($"sequence_length({i}) = {steps[i]} must be between 0 and {time}");
            }
        }

        return steps;
    }

    // A sparse matrix's rows.
    private static int[][] Labels(Value indices, Value values, int batch)
    {
        if (indices.Rank != 2 || indices.Dimensions[1] != 2 || values.Rank != 1 || values.LongCount != indices.Dimensions[0])
        {
            throw Failure.Invalid($"labels_indices and labels_values must contain the same number of rows, but saw shapes: {indices.Shape} vs. {values.Shape}");
        }

        List<int>[] labels = [.. Enumerable.Range(0, batch).Select(_ => new List<int>())];
        (long Row, long Place) last = (-1, 0);
        ReadOnlySpan<long> all = indices.Span<long>();
        for (int i = 0; i < values.Count; i++)
        {
            (long Row, long Place) next = (all[2 * i], all[2 * i + 1]);
            if (next.Row < 0 || next.Row >= batch || next.Place < 0 || next.CompareTo(last) <= 0)
            {
                throw Failure.Invalid($"label SparseTensor is not valid: index {i} = [{next.Row}, {next.Place}] is out of order or out of bounds for a batch of {batch}");
            }

            labels[next.Row].Add(values.Span<int>()[i]);
            last = next;
        }

        return [.. labels.Select(label => label.ToArray())];
    }

    // Blanks may stand behind all labels.
    private static int[] Filtered(int[] label, int sequence, int classes, bool collapse, bool ignoreLonger, int steps)
    {
        if (label.Length == 0)
        {
            throw Failure.Invalid($"Labels length is zero in batch {sequence}");
        }

        List<int> kept = [];
        bool finished = false;
        for (int i = 0; i < label.Length; i++)
        {
            if (i > 0 && collapse && label[i] == label[i - 1])
            {
                continue;
            }

            if (label[i] >= classes - 1)
            {
                finished = true;
            }
            else if (finished || label[i] < 0)
            {
                throw Failure.Invalid(finished
                    ? $"Saw a non-null label (index >= num_classes - 1) following a null label, batch: {sequence} num_classes: {classes} labels: {string.Join(",", label)}"
                    : $"All labels must be nonnegative integers, batch: {sequence} labels: {string.Join(",", label)}");
            }
            else
            {
                kept.Add(label[i]);
            }
        }

        return ignoreLonger || label.Length <= steps
            ? [.. kept]
            : throw Failure.Invalid(
                $"Not enough time for target transition sequence (required: {label.Length}, available: {steps}) {sequence}. You can turn this error into a warning by using the flag ignore_longer_outputs_than_inputs");
    }

    private readonly ref struct Body<T>(
        ReadOnlySpan<T> logits, Span<T> loss, Span<T> gradient, int[] steps, int[][] given, int[][] labels, int classes, bool merge, bool ignoreLonger) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly Span<T> _loss = loss, _gradient = gradient;

        public void Run(int index, int slot)
        {
            if (steps[index] == 0 || (ignoreLonger && given[index].Length > steps[index]))
            {
                return;
            }

            CtcLoss<T> one = new(steps[index], classes, labels[index], merge);
            int batch = steps.Length;
            _loss[index] = one.Compute(new(_logits, batch, index, classes), new(_gradient, batch, index, classes));
        }
    }
}
