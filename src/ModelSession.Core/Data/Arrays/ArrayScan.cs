using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelSessions.Data;

/// <summary>What was found in all rows of arrays in files.</summary>
internal sealed class ArrayScan
{
    private readonly RowArrays _arrays;

    private ArrayScan(RowArrays arrays, Moments? moments) => (_arrays, Moments) = (arrays, moments);

    /// <summary>Means and deviations of the rows to learn from; null if they were not asked for.</summary>
    public Moments? Moments { get; }

    /// <summary>The smallest label.</summary>
    public double LeastLabel { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest label.</summary>
    public double MostLabel { get; private set; } = double.NegativeInfinity;

    /// <summary>Reads all rows once.</summary>
    /// <param name="arrays">The arrays.</param>
    /// <param name="split">How rows are divided.</param>
    /// <param name="moments">Whether means and deviations of the first part are wanted.</param>
    /// <param name="progress">Is told how many rows are read.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">A number is not finite: the message says where.</exception>
    public static ArrayScan Run(RowArrays arrays, DataSplit split, bool moments, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        ArrayScan scan = new(arrays, moments ? new Moments(arrays.Inputs.Shape) : null);
        scan.EachBlock(
            (block, inputs, labels) =>
            {
                scan.Look(block, inputs);
                scan.Moments?.Add(inputs, split.Rows(block, arrays.Rows(block), 0));
                if (labels is not null)
                {
                    scan.LookAtLabels(block, labels);
                }
            },
            progress,
            cancel);
        return scan;
    }

    /// <summary>Makes sure that labels are classes, where a contract has such.</summary>
    /// <exception cref="ModelFileException">One is none; the first is named.</exception>
    public void Check(DataContract contract, CancellationToken cancel)
    {
        if (contract.ClassCount is not { } classes || _arrays.Labels is not { } labels || (labels.Type.IsInteger() && (labels.Count == 0 || (LeastLabel >= 0 && MostLabel < classes))))
        {
            return;
        }

        EachBlock(
            (block, _, values) =>
            {
                for (long i = 0; i < values!.ElementCount; i++)
                {
                    if (NumberCopy.Get(values, i) is var label && !(label >= 0 && label < classes && label == Math.Floor(label)))
                    {
                        throw Wrong(block, values, i, $"classes are 0 to {classes - 1}");
                    }
                }
            },
            null,
            cancel);
    }

    private void EachBlock(Action<int, Tensor, Tensor?> look, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        TensorBuffer buffer = TensorBuffer.Allocate((long)_arrays.BlockRows * _arrays.RowBytes, zeroed: false);
        WorkCounter done = new(progress, _arrays.Inputs.Count, WorkUnit.Rows);
        for (int block = 0; block < _arrays.BlockCount; block++)
        {
            done.Set(_arrays.First(block));
            cancel.ThrowIfCancellationRequested();
            (Tensor inputs, Tensor? labels) = _arrays.Load(block, buffer);
            look(block, inputs, labels);
        }
    }

    private void Look(int block, Tensor inputs)
    {
        if (!inputs.DType.IsFloating() || IsFinite(inputs))
        {
            return;
        }

        long width = Math.Max(1, inputs.ElementCount / Math.Max(1, inputs.Shape[0]));
        for (long i = 0; i < inputs.ElementCount; i++)
        {
            if (NumberCopy.Get(inputs, i) is var number && !double.IsFinite(number))
            {
                throw _arrays.Fault(
                    _arrays.First(block) + i / width, false, i % width + 1, $"the number is {number}; a model cannot learn from that.");
            }
        }
    }

    private static bool IsFinite(Tensor inputs) => inputs.DType switch
    {
        DType.Float32 => TensorPrimitives.IsFiniteAll<float>(MemoryMarshal.Cast<byte, float>(inputs.Bytes())),
        DType.Float64 => TensorPrimitives.IsFiniteAll<double>(MemoryMarshal.Cast<byte, double>(inputs.Bytes())),
        _ => false,
    };

    private void LookAtLabels(int block, Tensor labels)
    {
        for (long i = 0; i < labels.ElementCount; i++)
        {
            double label = NumberCopy.Get(labels, i);
            if (!double.IsFinite(label))
            {
                throw Wrong(block, labels, i, "it must be a number");
            }

            LeastLabel = Math.Min(LeastLabel, label);
            MostLabel = Math.Max(MostLabel, label);
        }
    }

    private ModelFileException Wrong(int block, Tensor labels, long index, string allowed) => _arrays.Fault(
        _arrays.First(block) + index / (labels.ElementCount / labels.Shape[0]), true, null,
        $"the label is {NumberCopy.Get(labels, index)}; {allowed}.");
}
