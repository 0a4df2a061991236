using System.Collections.Concurrent;

namespace ModelSessions.Data;

/// <summary>Rows of arrays that are too large for memory: read block by block when they are needed.</summary>
internal sealed class ArrayDatasetPart : DatasetPart
{
    private readonly RowArrays _arrays;
    private readonly DataContract _contract;
    private readonly DataSplit _split;
    private readonly int _part;
    private readonly BlockCache<Loaded> _cache;
    private readonly ConcurrentBag<TensorBuffer> _free = [];
    private readonly Lazy<string> _fingerprint;

    /// <summary>A part of rows that have been looked at.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="arrays">The rows.</param>
    /// <param name="contract">How they become examples.</param>
    /// <param name="split">How they are divided.</param>
    /// <param name="part">Which part of them this is.</param>
    public ArrayDatasetPart(string name, RowArrays arrays, DataContract contract, DataSplit split, int part)
        : base(name)
    {
        (_arrays, _contract, _split, _part) = (arrays, contract, split, part);
        long[] starts = new long[arrays.BlockCount + 1];
        int[] sizes = new int[arrays.BlockCount];
        for (int block = 0; block < sizes.Length; block++)
        {
            int count = arrays.Rows(block);
            starts[block + 1] = starts[block] + (split.Validation == 0 && split.Test == 0 ? part == 0 ? count : 0 : split.Rows(block, count, part).Length);
            sizes[block] = count * arrays.RowBytes;
        }

        Layout = new RowLayout(starts, sizes, isSequential: false);
        _cache = new BlockCache<Loaded>(Load, loaded => loaded.Size);
        _fingerprint = new Lazy<string>(() =>
            $"{Count}×{ExampleShape}:{arrays.Inputs.Fingerprint}:{arrays.Labels?.Fingerprint}:{split.Validation}:{split.Test}:{split.Seed}:{part}");
    }

    public override long Count => Layout.RowCount;

    public override Shape ExampleShape => _contract.Shape;

    public override Shape LabelShape => _arrays.Labels?.RowShape ?? Shape.Scalar;

    public override int? ClassCount => _arrays.Labels is null ? null : _contract.ClassCount;

    public override bool HasLabels => _arrays.Labels is not null;

    public override string Fingerprint => _fingerprint.Value;

    public override DataContract Contract => _contract;

    public override string Source => _arrays.Inputs.Path is { } path ? Path.GetFileName(path) : "memory";

    internal override RowLayout Layout { get; }

    /// <summary>The bytes of blocks that stand in memory now.</summary>
    internal long CachedSize => _cache.Size;

    public override void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels)
    {
        // As in memory: bytes that are wanted as bytes are not scaled.
        bool asIs = inputs is not null && inputs.DType == _arrays.Inputs.Type && (inputs.DType == DType.UInt8 || _contract.Mean.Count + _contract.Deviation.Count == 0);
        BatchWriter writer = new(this, asIs ? null : inputs, labels);
        double[] example = new double[inputs is null || asIs ? 0 : (int)ExampleShape.ElementCount], label = new double[labels is null ? 0 : (int)LabelShape.ElementCount];
        int size = _arrays.Inputs.RowBytes;
        if (asIs && inputs!.ByteLength < (long)rows.Length * size)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Examples of shape {ExampleShape} ('{Name}') do not fit the input {inputs.Shape}.");
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int block = Layout.BlockOf(rows[i]);
            Loaded loaded = _cache.Rent(block);
            try
            {
                int at = loaded.Row((int)(rows[i] - Layout.Start(block)));
                if (asIs)
                {
                    loaded.Inputs.Buffer.Bytes((long)at * size, size).CopyTo(inputs!.Buffer.Bytes((long)i * size, size));
                }
                else if (inputs is not null)
                {
                    NumberCopy.Row(loaded.Inputs, at, example);
                    _contract.Scale(example);
                }

                if (labels is not null)
                {
                    NumberCopy.Row(loaded.Labels!, at, label);
                }
            }
            finally
            {
                _cache.Release(block);
            }

            writer.Add(example, label);
        }
    }

    internal override ModelFileException Fault(long row, bool isLabel, string message)
    {
        int block = Layout.BlockOf(row);
        int[]? kept = Kept(block);
        int at = (int)(row - Layout.Start(block));
        return _arrays.Fault(_arrays.First(block) + (kept is null ? at : kept[at]), isLabel, null, message);
    }

    private int[]? Kept(int block) => _split.Validation > 0 || _split.Test > 0 ? _split.Rows(block, _arrays.Rows(block), _part) : null;

    // All blocks but the last are equally large, so that their memory serves again and again.
    private Loaded Load(int block)
    {
        if (!_free.TryTake(out TensorBuffer? buffer))
        {
            buffer = TensorBuffer.Allocate((long)_arrays.BlockRows * _arrays.RowBytes, zeroed: false);
        }

        (Tensor inputs, Tensor? labels) = _arrays.Load(block, buffer);
        return new Loaded(inputs, labels, Kept(block), _arrays.BlockRows * _arrays.RowBytes, () => _free.Add(buffer));
    }

    private sealed class Loaded(Tensor inputs, Tensor? labels, int[]? kept, int size, Action free) : IDisposable
    {
        public Tensor Inputs => inputs;

        public Tensor? Labels => labels;

        public int Size => size;

        public int Row(int index) => kept is null ? index : kept[index];

        public void Dispose() => free();
    }
}
