using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Reads the tensors of a checkpoint, whatever its format; no graph is needed. For one thread at a time.</summary>
/// <remarks>The counterpart of <c>tf.train.load_checkpoint</c>. Everything in the files is checked before it is used.</remarks>
public abstract class CheckpointReader : IDisposable
{
    private protected CheckpointReader(string prefix) => Prefix = prefix;

    /// <summary>What the names of the checkpoint's files begin with.</summary>
    public string Prefix { get; }

    /// <summary>The tensors, in the order of their names' bytes. A partitioned one is listed once, whole.</summary>
    public abstract IReadOnlyCollection<CheckpointTensor> Tensors { get; }

    /// <summary>The number of data files.</summary>
    public abstract int ShardCount { get; }

    /// <summary>Opens a checkpoint by its prefix and reads what is in it, not the values.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    /// <exception cref="UnsupportedFeatureException">It was written big-endian or by a newer version of the format.</exception>
    public static CheckpointReader Open(string prefix) => new BundleReader(prefix);

    /// <summary>What is known of a tensor; null if there is none of that name.</summary>
    public abstract CheckpointTensor? Find(string name);

    /// <summary>Reads a tensor and verifies its checksum.</summary>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public abstract Tensor Read(string name, CancellationToken cancel = default);

    /// <summary>Reads a tensor into memory of the reader's own: it holds until the next one is borrowed. Reading many so takes no more
    /// memory than the largest.</summary>
    /// <exception cref="ModelFileException">There is no such tensor, or its file is missing, cut or damaged.</exception>
    public abstract Tensor Borrow(string name, CancellationToken cancel = default);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void Dispose(bool disposing);
}
