using System.Collections.Concurrent;

namespace ModelSessions.Data;

/// <summary>Rows of files that are too large for memory: read block by block when they are needed.</summary>
internal sealed class TableDatasetPart : DatasetPart
{
    private readonly TableScan _scan;
    private readonly RowSource _rows;
    private readonly DataContract _contract;
    private readonly DataSplit _split;
    private readonly int _part;
    private readonly bool _dropsMissing;
    private readonly bool _hasLabels;
    private readonly DataContract? _weight;
    private readonly BlockCache<Loaded> _cache;
    private readonly ConcurrentBag<Worker> _workers = [];
    private readonly Lazy<string> _fingerprint;

    /// <summary>A part of rows that have been looked at.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="scan">The rows.</param>
    /// <param name="contract">How they become examples.</param>
    /// <param name="hasLabels">Whether they have labels.</param>
    /// <param name="dropsMissing">Whether rows that lack values are left out.</param>
    /// <param name="split">How they are divided.</param>
    /// <param name="part">Which part of them this is.</param>
    /// <param name="weight">The column of how much each counts; null if all count alike.</param>
    public TableDatasetPart(string name, TableScan scan, DataContract contract, bool hasLabels, bool dropsMissing, DataSplit split, int part, string? weight = null)
        : base(name)
    {
        (_scan, _contract, _hasLabels, _dropsMissing, _split, _part) = (scan, contract, hasLabels, dropsMissing, split, part);
        _weight = weight is null ? null : new DataContract { Columns = [new DataColumn(weight, ColumnKind.Number)], Shape = [1] };
        _rows = scan.Rows.Share();
        long[] starts = new long[_rows.BlockCount + 1];
        int[] sizes = new int[_rows.BlockCount];
        for (int block = 0; block < sizes.Length; block++)
        {
            int count = split.Validation == 0 && split.Test == 0 ? part == 0 ? scan.Kept[block] : 0 : split.Rows(block, scan.Kept[block], part).Length;
            starts[block + 1] = starts[block] + count;
            sizes[block] = _rows.Size(block);
        }

        Layout = new RowLayout(starts, sizes, _rows.IsSequential);
        _cache = new BlockCache<Loaded>(Load, loaded => loaded.Block.Size);
        _fingerprint = new Lazy<string>(() =>
            $"{Count}×{ExampleShape}:{string.Join('+', _rows.Sources.Select(source => $"{source.Length}:{source.Checksum():x8}"))}:{split.Validation}:{split.Test}:{split.Seed}:{part}{(weight is null ? "" : $":{weight}")}");
    }

    public override long Count => Layout.RowCount;

    public override Shape ExampleShape => _contract.Shape;

    public override Shape LabelShape => _hasLabels && _contract.Labels.Count > 1 ? [_contract.Labels.Count] : Shape.Scalar;

    public override int? ClassCount => _hasLabels ? _contract.ClassCount : null;

    public override bool HasLabels => _hasLabels;

    public override bool HasWeights => _weight is not null;

    public override string Fingerprint => _fingerprint.Value;

    public override DataContract Contract => _contract;

    public override string Source => string.Join(", ", _rows.Sources.Select(source => source.Path is { } path ? Path.GetFileName(path) : "objects"));

    internal override RowLayout Layout { get; }

    /// <summary>The bytes of blocks that stand in memory now.</summary>
    internal long CachedSize => _cache.Size;

    public override void Read(ReadOnlySpan<long> rows, Tensor? inputs, Tensor? labels)
    {
        BatchWriter writer = new(this, inputs, labels);
        Worker worker = Take();
        foreach (long row in rows)
        {
            Encode(worker, worker.Encoder, row, worker.Inputs, labels is null ? [] : worker.Labels);
            writer.Add(worker.Inputs, worker.Labels);
        }

        _workers.Add(worker);
    }

    public override void ReadWeights(ReadOnlySpan<long> rows, Tensor weights)
    {
        if (_weight is null)
        {
            base.ReadWeights(rows, weights);
            return;
        }

        TableEncoder encoder = new(_scan.Format, _weight, hasLabels: false);
        Worker worker = Take();
        Span<double> weight = stackalloc double[1];
        for (int i = 0; i < rows.Length; i++)
        {
            Encode(worker, encoder, rows[i], weight, []);
            NumberCopy.Set(weights, i, weight[0]);
        }

        _workers.Add(worker);
    }

    internal override ModelFileException Fault(long row, bool isLabel, string message)
    {
        int block = Layout.BlockOf(row);
        try
        {
            Loaded loaded = _cache.Rent(block);
            try
            {
                return loaded.Block.Fault(loaded.Rows[(int)(row - Layout.Start(block))], isLabel && _contract.Labels.Count == 1 ? _contract.Labels[0] : null, message);
            }
            finally
            {
                _cache.Release(block);
            }
        }
        catch (ModelFileException)
        {
            // The file is gone, or another now: what is in memory is told of nevertheless.
            return base.Fault(row, isLabel, message);
        }
    }

    private Worker Take() => _workers.TryTake(out Worker? free) ? free : new Worker(_scan.Format, _contract, _hasLabels);

    private void Encode(Worker worker, TableEncoder encoder, long row, Span<double> inputs, Span<double> labels)
    {
        int block = Layout.BlockOf(row);
        Loaded loaded = _cache.Rent(block);
        try
        {
            int at = loaded.Rows[(int)(row - Layout.Start(block))];
            worker.Parser.Parse(loaded.Block, at);
            encoder.Encode(worker.Parser, loaded.Block, at, inputs, labels);
        }
        finally
        {
            _cache.Release(block);
        }
    }

    /// <summary>The same examples in memory.</summary>
    public DatasetPart ToMemory(Action<WorkProgress>? progress, CancellationToken cancel)
    {
        const int batch = 1024;
        Tensor inputs = Tensor.Uninitialized(DType.Float64, Shape.Create([Count, .. ExampleShape]));
        Tensor? labels = !_hasLabels ? null
            : Tensor.Uninitialized(ClassCount is null ? DType.Float64 : DType.Int32, Shape.Create([Count, .. LabelShape]));
        Tensor? weights = _weight is null ? null : Tensor.Uninitialized(DType.Float64, [Count]);
        long width = ExampleShape.ElementCount * sizeof(double), labelWidth = labels is null ? 0 : LabelShape.ElementCount * labels.DType.Size();
        long[] rows = new long[batch];
        WorkCounter done = new(progress, Count, WorkUnit.Rows);
        for (long at = 0; at < Count; at += batch)
        {
            done.Set(at);
            cancel.ThrowIfCancellationRequested();
            int count = (int)Math.Min(batch, Count - at);
            for (int i = 0; i < count; i++)
            {
                rows[i] = at + i;
            }

            Read(
                rows.AsSpan(0, count),
                new Tensor(inputs.DType, Shape.Create([count, .. ExampleShape]), inputs.Buffer.Slice(at * width, count * width)),
                labels is null ? null : new Tensor(labels.DType, Shape.Create([count, .. LabelShape]), labels.Buffer.Slice(at * labelWidth, count * labelWidth)));
            if (weights is not null)
            {
                ReadWeights(rows.AsSpan(0, count), new Tensor(weights.DType, [count], weights.Buffer.Slice(at * sizeof(double), count * sizeof(double))));
            }
        }

        return new TensorDatasetPart(Name, inputs, labels, _contract, weights) { Origin = Source, Faults = Fault };
    }

    private Loaded Load(int block)
    {
        RowBlock bytes = _rows.Load(block);
        int[] kept = [.. Enumerable.Range(0, bytes.Count)];
        if (_dropsMissing)
        {
            Worker worker = Take();
            kept = Array.FindAll(kept, row =>
            {
                worker.Parser.Parse(bytes, row);
                return !worker.Encoder.LacksValues(worker.Parser);
            });
            _workers.Add(worker);
        }

        if (_split.Validation > 0 || _split.Test > 0)
        {
            kept = [.. _split.Rows(block, kept.Length, _part).Select(row => kept[row])];
        }

        return new Loaded(bytes, kept);
    }

    private sealed record Loaded(RowBlock Block, int[] Rows) : IDisposable
    {
        public void Dispose() => Block.Dispose();
    }

    private sealed class Worker(RowFormat format, DataContract contract, bool hasLabels)
    {
        public RowParser Parser { get; } = format.CreateParser();

        public TableEncoder Encoder { get; } = new(format, contract, hasLabels);

        public double[] Inputs { get; } = new double[contract.Shape.ElementCount];

        public double[] Labels { get; } = new double[hasLabels ? contract.Labels.Count : 0];
    }
}
