using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Reads the tensors of a checkpoint, whatever its format; no graph is needed. For one thread at a time.</summary>
/// <remarks>The counterpart of <c>tf.train.load_checkpoint</c>. Everything in the files is checked before it is used. Damage of one tensor does
/// not keep the others from being read.</remarks>
public abstract class CheckpointReader : IDisposable
{
    private const string PartMark = "/part_";

    private TensorBuffer? _borrowed;
    private CheckpointObjects? _objects;

    private protected CheckpointReader(string prefix) => Prefix = prefix;

    /// <summary>What the names of the checkpoint's files begin with.</summary>
    public string Prefix { get; }

    /// <summary>The version of TensorFlow's checkpoint format: 2 for tensor bundles, 1 for tables of slices.</summary>
    public abstract int FormatVersion { get; }

    /// <summary>The files that belong to the checkpoint by their names, index first; data files may be missing.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>The tensors, in the order of their names' bytes. A partitioned one is listed once, whole.</summary>
    public abstract IReadOnlyCollection<CheckpointTensor> Tensors { get; }

    /// <summary>Counts the bytes of large tensors while they are read; null for nobody who wants to know.</summary>
    internal WorkCounter? Counter { get; set; }

    /// <summary>The number of data files.</summary>
    public abstract int ShardCount { get; }

    /// <summary>The objects of a checkpoint that <c>tf.train.Checkpoint</c> or Keras wrote; null if it is none of those.</summary>
    /// <exception cref="ModelFileException">They cannot be read.</exception>
    public CheckpointObjects? Objects => _objects ??= Find(CheckpointObjects.TensorName) is null ? null : CheckpointObjects.Read(this);

    /// <summary>Opens a checkpoint by its prefix and reads what is in it, not the values. The format is recognised by the files that are there.</summary>
    /// <param name="prefix">The prefix; of one in the first format also the file, or the pattern <c>PREFIX-?????-of-00003</c>.</param>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    /// <exception cref="UnsupportedFeatureException">It was written big-endian or by a newer version of the format.</exception>
    public static CheckpointReader Open(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return File.Exists(prefix + CheckpointFiles.IndexSuffix) || CheckpointV1Files.Find(prefix) is not { Count: > 0 } files
            ? new BundleReader(prefix)
            : new CheckpointV1Reader(prefix, files);
    }

    /// <summary>What is known of a tensor; null if there is none of that name.</summary>
    public abstract CheckpointTensor? Find(string name);

    /// <summary>The tensor that holds a variable: of that name, or in an object-based checkpoint the one saved for a variable of that name
    /// (<c>dense/kernel</c>) or object path (<c>model/layer-1/kernel</c>). Null if there is none.</summary>
    /// <exception cref="ModelFileException">Several variables had that name when they were saved (InvalidArgument).</exception>
    public CheckpointTensor? FindVariable(string name) => Find(name) ?? (Objects?.FindKey(name) is { } key ? Find(key) : null);

    /// <summary>The slice that a part of a partitioned variable, <c>w/part_1</c>, holds of the tensor <c>w</c>: TensorFlow numbers the parts in the
    /// order of the slices. For graphs that do not tell more than the names of their variables. Null if there is none.</summary>
    internal (CheckpointTensor Tensor, TensorSlice Slice)? FindPart(string name)
    {
        int mark = name.LastIndexOf(PartMark, StringComparison.Ordinal);
        if (mark <= 0 || !int.TryParse(name.AsSpan(mark + PartMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || Find(name[..mark]) is not { Fault: null } tensor)
        {
            return null;
        }

        TensorSlice[] slices = [.. SlicesOf(tensor).Order(Comparer<TensorSlice>.Create(CompareStarts))];
        return number < slices.Length ? (tensor, slices[number])
            : number == 0 ? (tensor, TensorSlice.Whole(tensor.Shape.Rank))
            : null;
    }

    /// <summary>Reads a tensor and verifies its checksum.</summary>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public Tensor Read(string name, CancellationToken cancel = default)
    {
        CheckpointTensor tensor = Sound(name);
        Check(tensor, null);
        Tensor value = Tensor.Uninitialized(tensor.DType, tensor.Shape);
        Fill(tensor, null, value, cancel);
        return value;
    }

    /// <summary>Reads a slice of a tensor, however that is stored, and verifies the checksums of what is read for it.</summary>
    /// <exception cref="GraphException">The slice is not inside of the tensor (Internal, as in TensorFlow).</exception>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public Tensor ReadSlice(string name, TensorSlice slice, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(slice);
        CheckpointTensor tensor = Sound(name);
        TensorSlice wanted = slice.In(tensor.Shape);
        Check(tensor, wanted);
        Tensor value = Tensor.Uninitialized(tensor.DType, wanted.ShapeIn(tensor.Shape));
        Fill(tensor, wanted, value, cancel);
        return value;
    }

    /// <summary>Reads a tensor into memory of the reader's own: it holds until the next one is borrowed. Reading many so takes no more
    /// memory than the largest.</summary>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public Tensor Borrow(string name, CancellationToken cancel = default)
    {
        CheckpointTensor tensor = Sound(name);
        if (tensor.DType == DType.String)
        {
            return Read(name, cancel);
        }

        Check(tensor, null);
        long bytes = tensor.Shape.ElementCount * tensor.DType.Size();
        if (_borrowed is null || _borrowed.ByteLength < bytes)
        {
            _borrowed = TensorBuffer.Allocate(bytes, zeroed: false);
        }

        Tensor value = new(tensor.DType, tensor.Shape, _borrowed);
        Fill(tensor, null, value, cancel);
        return value;
    }

    /// <summary>Reads a tensor into memory that is there already. When it turns out to be damaged, the memory has changed all the same.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="target">Of the same type and shape.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">The target is of another type or shape.</exception>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public void ReadInto(string name, Tensor target, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        CheckpointTensor tensor = Sound(name);
        if (target.DType != tensor.DType || !target.Shape.Equals(tensor.Shape))
        {
            throw new ArgumentException($"'{name}' is {tensor.DType.Name()} {tensor.Shape}, not {target.Describe()}.", nameof(target));
        }

        Check(tensor, null);
        Fill(tensor, null, target, cancel);
    }

    /// <summary>Reads a part of a tensor; no more memory is taken than the box around the part needs.</summary>
    /// <exception cref="GraphException">The tensor does not have the part.</exception>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public Tensor Read(string name, TensorSelection selection, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        TensorRegion region = selection.In(Sound(name).Shape);
        return region.Shape.ElementCount == 0
            ? Tensor.Zeros(Sound(name).DType, region.Shape)
            : region.TakeFromBox(ReadSlice(name, region.Box, cancel));
    }

    /// <summary>What the numbers of a tensor are like, read piece by piece: no memory is taken for the whole.</summary>
    /// <returns>Null for strings.</returns>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public TensorStatistics? Measure(string name, CancellationToken cancel = default)
    {
        CheckpointTensor tensor = Sound(name);
        if (!TensorMoments.Knows(tensor.DType))
        {
            return null;
        }

        Check(tensor, null);
        TensorMoments moments = new(tensor.DType);
        Measure(tensor, moments, cancel);
        return moments.Result;
    }

    /// <summary>Opens a checkpoint, reads everything and verifies all checksums. No more than one tensor is in memory at a time.</summary>
    /// <param name="prefix">What <see cref="Open"/> takes.</param>
    /// <param name="each">Is told each tensor before it is read.</param>
    /// <param name="progress">Is told how many bytes are read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>What is wrong; empty if all is sound. Where the checkpoint cannot be opened at all, one fault of no tensor.</returns>
    public static IReadOnlyList<CheckpointFault> Verify(
        string prefix, Action<CheckpointTensor>? each = null, Action<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            using CheckpointReader reader = Open(prefix);
            return reader.Verify(each, progress, cancel);
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            return [Fault(null, prefix, error)];
        }
    }

    /// <summary>Reads everything and verifies all checksums. No more than one tensor is in memory at a time.</summary>
    /// <param name="each">Is told each tensor before it is read.</param>
    /// <param name="progress">Is told how many bytes are read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>What is wrong; empty if all is sound.</returns>
    public IReadOnlyList<CheckpointFault> Verify(Action<CheckpointTensor>? each = null, Action<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        List<CheckpointFault> faults = [];
        WorkCounter read = Counter = new(progress, WorkCounter.Sum(Tensors.Select(tensor => tensor.ByteLength)), WorkUnit.Bytes);
        foreach (CheckpointTensor tensor in Tensors)
        {
            cancel.ThrowIfCancellationRequested();
            each?.Invoke(tensor);
            long before = read.Done;
            try
            {
                _ = Borrow(tensor.Name, cancel);
            }
            catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException or EngineException { Code: StatusCode.ResourceExhausted })
            {
                faults.Add(Fault(tensor.Name, Prefix, error));
            }

            read.Set(before + tensor.ByteLength);
        }

        return faults;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void Dispose(bool disposing);

    /// <summary>Makes sure that a slice can be there as a whole, before memory is taken for it.</summary>
    /// <param name="tensor">One without a fault.</param>
    /// <param name="wanted">Inside of it, with all lengths written out; null for all of it.</param>
    private protected abstract void Check(CheckpointTensor tensor, TensorSlice? wanted);

    /// <summary>Reads a slice that has been checked.</summary>
    private protected abstract void Fill(CheckpointTensor tensor, TensorSlice? wanted, Tensor target, CancellationToken cancel);

    /// <summary>Adds the elements of a tensor that has been checked, in any order.</summary>
    private protected virtual void Measure(CheckpointTensor tensor, TensorMoments moments, CancellationToken cancel) => moments.Add(Borrow(tensor.Name, cancel));

    private static CheckpointFault Fault(string? tensor, string prefix, ModelSessionException error) => error is ModelFileException file
        ? new CheckpointFault(tensor, file.Path ?? prefix, file.Detail)
        : new CheckpointFault(tensor, prefix, error.Message);

    /// <summary>The slices that a tensor is stored in; none if it is stored whole.</summary>
    private protected abstract IEnumerable<TensorSlice> SlicesOf(CheckpointTensor tensor);

    private static int CompareStarts(TensorSlice a, TensorSlice b)
    {
        for (int axis = 0; axis < Math.Min(a.Rank, b.Rank); axis++)
        {
            if (a.Start(axis) != b.Start(axis))
            {
                return a.Start(axis).CompareTo(b.Start(axis));
            }
        }

        return 0;
    }

    private CheckpointTensor Sound(string name)
    {
        CheckpointTensor tensor = Find(name) ?? throw new ModelFileException(
            StatusCode.NotFound, Prefix, $"the checkpoint has no tensor '{name}'.{NearestNames.Hint(name, Tensors.Select(entry => entry.Name))}");
        return tensor.Fault is null ? tensor : throw new ModelFileException(StatusCode.DataLoss, Prefix, $"'{name}' cannot be read: {tensor.Fault}");
    }
}
