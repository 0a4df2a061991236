using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Saving and restoring take the memory of one tensor at most, whatever the checkpoint's size.</summary>
public sealed class CheckpointMemoryTests : IDisposable
{
    private const int TensorBytes = 4 << 20;
    private const int Count = 24;

    // What a reader and a writer have beside tensors: index, buffers.
    private const long Beside = 2 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reading_one_after_the_other_takes_the_memory_of_the_largest(bool sliced)
    {
        Write(sliced);
        Tensor target = Tensor.Zeros(DType.Float32, [TensorBytes / sizeof(float)]);

        long borrowed = Allocated(reader =>
        {
            foreach (CheckpointTensor tensor in reader.Tensors)
            {
                Assert.Equal(TensorBytes, reader.Borrow(tensor.Name).ByteLength);
            }
        });
        long inPlace = Allocated(reader =>
        {
            foreach (CheckpointTensor tensor in reader.Tensors)
            {
                reader.ReadInto(tensor.Name, target);
            }
        });
        long verified = Allocated(reader => Assert.Empty(reader.Verify()));

        Assert.InRange(borrowed, 0, TensorBytes + Beside);
        Assert.InRange(inPlace, 0, Beside);
        Assert.InRange(verified, 0, TensorBytes + Beside);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writing_copies_no_tensor(bool sliced)
    {
        Tensor value = Tensor.Zeros(DType.Float32, [TensorBytes / sizeof(float)]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Write(sliced, value);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Beside);
    }

    private void Write(bool sliced, Tensor? value = null)
    {
        // In slices, a tensor of the same size is two halves.
        value ??= Tensor.Zeros(DType.Float32, [TensorBytes / sizeof(float) / (sliced ? 2 : 1)]);
        BundleFiles.Write(_folder["m"], bundle =>
        {
            for (int i = 0; i < Count; i++)
            {
                if (sliced)
                {
                    bundle.AddSlice($"w{i}", [2 * value.Shape[0]], new TensorSlice((0, value.Shape[0])), value);
                    bundle.AddSlice($"w{i}", [2 * value.Shape[0]], new TensorSlice((value.Shape[0], value.Shape[0])), value);
                }
                else
                {
                    bundle.Add($"w{i}", value);
                }
            }
        }, default);
    }

    private long Allocated(Action<CheckpointReader> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);
        read(reader);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
