using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Saving and restoring take the memory of one tensor at most, whatever the checkpoint's size.</summary>
[Collection(nameof(Alone))]
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

    // Sparse files: nobody has to write the bytes.
    [Theory]
    [InlineData(0UL, StatusCode.DataLoss)]
    [InlineData(2_500_000_000UL, StatusCode.Unimplemented)]
    public void Strings_beyond_two_gibibytes_keep_no_other_tensor_from_being_read(ulong length, StatusCode expected)
    {
        ByteWriter head = new();
        head.WriteVarint(length);
        uint crc = Crc32C.Of(BitConverter.GetBytes((uint)length));
        head.WriteUInt32(Crc32C.Mask(length == 0 ? ~crc : crc));
        BundleIndexWriter index = new();
        index.Add(new BundleEntry("huge", DType.String, [1], 0, 0, head.Length + 2_500_000_000L, 0, []));
        index.Add(new BundleEntry("small", DType.UInt8, [], 0, 0, 1, Crc32C.Of([(byte)head.Written[0]]), []));
        using (FileStream file = File.Create(_folder["m.index"]))
        {
            index.WriteTo(file, 1);
        }

        using (FileStream data = File.Create(_folder["m.data-00000-of-00001"]))
        {
            data.Write(head.Written);
            data.SetLength(head.Length + 2_500_000_000L);
        }

        Assert.NotNull(CheckpointFolder.Describe(_folder["m"]));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using (CheckpointReader reader = CheckpointReader.Open(_folder["m"]))
        {
            Assert.Equal(head.Written[0], reader.Read("small").Span<byte>()[0]);
            ModelSessionException error = Assert.ThrowsAny<ModelSessionException>(() => reader.Read("huge"));
            Assert.Equal(expected, error.Code);
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Beside);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writing_copies_no_tensor(bool sliced)
    {
        Tensor value = Tensor.Zeros(DType.Float32, [TensorBytes / sizeof(float)]);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        Write(sliced, value);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Beside);
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
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using CheckpointReader reader = CheckpointReader.Open(_folder["m"]);
        read(reader);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
