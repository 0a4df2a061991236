using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Gradients of several runs summed up, until somebody takes them; those that were computed from values of too long ago are dropped.</summary>
/// <param name="dtype">The type of the gradients.</param>
/// <param name="shape">What is known of their shape.</param>
/// <param name="isMean">Whether the mean is taken; else the sum.</param>
internal abstract class Accumulator(DType dtype, Shape shape, bool isMean) : IDisposable
{
    private readonly WaitGate _gate = new();
    private int _count;
    private long _step;

    public DType DType { get; } = dtype;

    public Shape Shape { get; } = shape;

    public bool IsMean { get; } = isMean;

    public int Count => _gate.Do(() => _count);

    public void SetStep(long step) => _gate.Do(() => _step = step);

    public void Dispose() => _gate.Dispose();

    /// <summary>Adds a gradient, unless it is older than the accumulator's step.</summary>
    protected void Apply(long step, Action<bool> add) => _gate.Do(() =>
    {
        if (step >= _step)
        {
            add(_count == 0);
            _count++;
        }

        return true;
    });

    /// <summary>Takes what was added, once there is enough.</summary>
    protected T Take<T>(long required, Func<int, T> take, CancellationToken cancel) => required > 0
        ? _gate.When(() => _count >= required, () =>
        {
            T taken = take(_count);
            _count = 0;
            _step++;
            return taken;
        }, cancel)
        : throw Failure.Invalid($"Argument num_required must be positive, but was {required}");

    protected void CheckType(DType found)
    {
        if (found != DType)
        {
            throw Failure.Invalid($"The accumulator is of {DType.Name()}; {found.Name()} is given or wanted.");
        }
    }

    /// <summary>sum += values.</summary>
    protected void Add(Tensor sum, long at, ReadOnlySpan<byte> values)
    {
        switch (DType)
        {
            case DType.Float64: Add<double>(sum, at, values); break;
            case DType.Float16: Add<Half>(sum, at, values); break;
            default: Add<float>(sum, at, values); break;
        }
    }

    /// <summary>sum /= count, for a part of it.</summary>
    protected void Divide(Tensor sum, long at, int length, int count)
    {
        switch (DType)
        {
            case DType.Float64: Divide<double>(sum, at, length, count); break;
            case DType.Float16: Divide<Half>(sum, at, length, count); break;
            default: Divide<float>(sum, at, length, count); break;
        }
    }

    private static void Add<T>(Tensor sum, long at, ReadOnlySpan<byte> bytes)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);
        Span<T> target = sum.Span<T>().Slice((int)at, values.Length);
        TensorPrimitives.Add(target, values, target);
    }

    private static void Divide<T>(Tensor sum, long at, int length, int count)
        where T : unmanaged, INumber<T>
    {
        Span<T> target = sum.Span<T>().Slice((int)at, length);
        TensorPrimitives.Divide(target, T.CreateChecked(count), target);
    }
}

/// <summary>An accumulator of whole gradients.</summary>
internal sealed class DenseAccumulator(DType dtype, Shape shape, bool isMean) : Accumulator(dtype, shape, isMean)
{
    private Tensor? _sum;

    public void Apply(long step, Value gradient)
    {
        CheckType(gradient.DType);
        Apply(step, isFirst =>
        {
            Shape expected = isFirst ? Shape : _sum!.Shape;
            if (!expected.IsCompatibleWith(gradient.Shape))
            {
                throw Failure.Invalid($"Shape mismatch: expected {expected}, got {gradient.Shape}");
            }

            if (isFirst)
            {
                _sum = gradient.ToTensor();
            }
            else
            {
                Add(_sum!, 0, gradient.Memory!.Bytes(0, (int)_sum!.ByteLength));
            }
        });
    }

    public Tensor Take(long required, DType wanted, CancellationToken cancel)
    {
        CheckType(wanted);
        return Take(required, count =>
        {
            if (IsMean)
            {
                Divide(_sum!, 0, (int)_sum!.ElementCount, count);
            }

            return _sum!;
        }, cancel);
    }
}

/// <summary>An accumulator of slices, which are in order; the mean is that of each row by itself.</summary>
internal sealed class SparseAccumulator(DType dtype, Shape shape, bool isMean) : Accumulator(dtype, shape, isMean)
{
    private List<long> _indices = [];
    private List<int> _counts = [];
    private Tensor? _values;

    public void Apply(long step, Value indices, Value values, Value? fullShape)
    {
        CheckType(values.DType);
        Apply(step, isFirst =>
        {
            Check(indices, values, fullShape, isFirst);
            Merge(indices.Span<long>(), values, isFirst);
        });
    }

    public (Tensor Indices, Tensor Values, Tensor Shape) Take(long required, DType wanted, CancellationToken cancel)
    {
        CheckType(wanted);
        return Take(required, _ =>
        {
            Tensor values = _values!;
            int width = (int)(values.ElementCount / System.Math.Max(1, values.Shape[0]));
            for (int row = 0; row < _counts.Count && IsMean; row++)
            {
                Divide(values, (long)row * width, width, _counts[row]);
            }

            long[] sizes = values.Shape.Dimensions.ToArray();
            sizes[0] = Shape.Rank > 0 ? Shape[0] : -1;
            return (Tensor.From<long>([.. _indices]), values, Tensor.From<long>(sizes));
        }, cancel);
    }

    // Two lists in order become one, as TensorFlow merges them: what is not in order stays so.
    private void Merge(ReadOnlySpan<long> indices, Value values, bool isFirst)
    {
        List<(long Index, int Old, int New)> rows = [];
        int old = 0, fresh = 0, oldCount = isFirst ? 0 : _indices.Count;
        while (old < oldCount || fresh < indices.Length)
        {
            if (old < oldCount && fresh < indices.Length && _indices[old] == indices[fresh])
            {
                rows.Add((_indices[old], old++, fresh++));
            }
            else if (fresh == indices.Length || (old < oldCount && _indices[old] < indices[fresh]))
            {
                rows.Add((_indices[old], old++, -1));
            }
            else
            {
                rows.Add((indices[fresh], -1, fresh++));
            }
        }

        Tensor merged = Tensor.Zeros(DType, [rows.Count, .. values.Dimensions[1..]]);
        int bytes = (int)(merged.ByteLength / System.Math.Max(1, rows.Count));
        long width = merged.ElementCount / System.Math.Max(1, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            (_, int from, int with) = rows[i];
            ReadOnlySpan<byte> first = from >= 0 ? _values!.Buffer.Bytes((long)from * bytes, bytes) : values.Memory!.Bytes((long)with * bytes, bytes);
            first.CopyTo(merged.Buffer.Bytes((long)i * bytes, bytes));
            if (from >= 0 && with >= 0)
            {
                Add(merged, i * width, values.Memory!.Bytes((long)with * bytes, bytes));
            }
        }

        List<int> counts = _counts;
        _counts = rows.ConvertAll(row => (row.Old >= 0 ? counts[row.Old] : 0) + (row.New >= 0 ? 1 : 0));
        _indices = rows.ConvertAll(row => row.Index);
        _values = merged;
    }

    private void Check(Value indices, Value values, Value? fullShape, bool isFirst)
    {
        if (indices.Rank != 1 || values.Rank == 0)
        {
            throw Failure.Invalid($"Input indices should be vector and values at least that, but received shapes: {indices.Shape} and {values.Shape}");
        }

        if (values.Dimensions[0] != indices.LongCount)
        {
            throw Failure.Invalid($"Expected {indices.LongCount} non-empty input values, got {values.Dimensions[0]}");
        }

        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (fullShape is not null)
            {
                CheckSize("shape", axis, Shape[axis], axis < fullShape.LongCount ? fullShape.Integer(axis) : -1);
            }

            if (axis > 0)
            {
                CheckSize("values", axis, Shape[axis], axis < values.Rank ? values.Dimensions[axis] : -1);
            }
        }

        for (int axis = 1; axis < System.Math.Max(values.Rank, isFirst ? 0 : _values!.Shape.Rank) && !isFirst; axis++)
        {
            CheckSize("values", axis, axis < _values!.Shape.Rank ? _values.Shape[axis] : 1, axis < values.Rank ? values.Dimensions[axis] : -1);
        }
    }

    private static void CheckSize(string what, int axis, long expected, long found)
    {
        if (expected >= 0 && expected != found)
        {
            throw Failure.Invalid($"Shape mismatch: expected {what} dim {axis} to be {expected}, got {found}");
        }
    }
}
