namespace ModelSessions.Tests.Files;

public sealed class CheckpointComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_tensor_is_same_changed_added_or_removed()
    {
        string before = Checkpoints.Write(_folder["before"], ("gone", Tensor.Scalar(1f)), ("moved", Tensor.From([1f, 2f, 3f])), ("same", Tensor.Scalar(5)), ("wider", Tensor.From([1f])));
        string after = Checkpoints.Write(_folder["after"], ("moved", Tensor.From([1f, 2.5f, -1f])), ("new", Tensor.Scalar(2L)), ("same", Tensor.Scalar(5)), ("wider", Tensor.From([1d])));

        Dictionary<string, CheckpointDifference> found = Compare(before, after);

        Assert.Equal(["gone", "moved", "new", "same", "wider"], found.Keys);
        Assert.Equal((CheckpointChange.Removed, DType.Float32, null), (found["gone"].Change, found["gone"].Before!.DType, found["gone"].After));
        Assert.Equal((CheckpointChange.Added, null, DType.Int64), (found["new"].Change, found["new"].Before, found["new"].After!.DType));
        Assert.Equal((CheckpointChange.Changed, 2L, 4.0), (found["moved"].Change, found["moved"].DifferentElements, found["moved"].MaxDifference));
        Assert.Equal((CheckpointChange.Same, 0L, 0.0), (found["same"].Change, found["same"].DifferentElements, found["same"].MaxDifference));
        Assert.Equal((CheckpointChange.Changed, null, null), (found["wider"].Change, found["wider"].DifferentElements, found["wider"].MaxDifference));
    }

    [Fact]
    public void The_largest_difference_is_exact_in_every_type()
    {
        Assert.Equal(ulong.MaxValue, Difference(Tensor.Scalar(0UL), Tensor.Scalar(ulong.MaxValue)));
        Assert.Equal(18446744073709551615.0, Difference(Tensor.Scalar(long.MinValue), Tensor.Scalar(long.MaxValue)));
        Assert.Equal(255, Difference(Tensor.Scalar(sbyte.MinValue), Tensor.Scalar(sbyte.MaxValue)));
        Assert.Equal(5, Difference(Tensor.Scalar(new Complex64(1, 2)), Tensor.Scalar(new Complex64(4, 6))));
        Assert.Equal(0.5, Difference(Tensor.Scalar((Half)1), Tensor.Scalar((Half)1.5)));
        Assert.Equal(15, Difference(Bits(DType.Int4, 0x08), Bits(DType.Int4, 0x07)));
        Assert.Equal(15, Difference(Bits(DType.UInt4, 0x00), Bits(DType.UInt4, 0x0F)));
        // 448 is the largest number of this format, 57344 of the other.
        Assert.Equal(896, Difference(Bits(DType.Float8E4M3FN, 0x7E), Bits(DType.Float8E4M3FN, 0xFE)));
        Assert.Equal(57344, Difference(Bits(DType.Float8E5M2, 0x7B), Bits(DType.Float8E5M2, 0x00)));
        Assert.Equal(double.NaN, Difference(Tensor.From([float.NaN, 1f]), Tensor.From([0f, 9f])));
        Assert.Equal(double.PositiveInfinity, Difference(Tensor.Scalar(float.PositiveInfinity), Tensor.Scalar(1f)));
        Assert.Equal(0, Difference(Tensor.Scalar(0f), Tensor.Scalar(-0f)));
        Assert.Null(Difference(Tensor.Scalar("a"), Tensor.Scalar("b")));
        Assert.Null(Difference(Tensor.Scalar(true), Tensor.Scalar(false)));
    }

    [Fact]
    public void A_damaged_tensor_is_unreadable_and_the_others_are_compared()
    {
        (string, Tensor)[] tensors = [("a", Tensor.From([1f, 2f])), ("b", Tensor.From([3f, 4f]))];
        string before = Checkpoints.Write(_folder["before"], tensors), after = Checkpoints.Write(_folder["after"], tensors);
        Damage(after, at: 1);

        Dictionary<string, CheckpointDifference> found = Compare(before, after);

        Assert.Equal((CheckpointChange.Unreadable, CheckpointChange.Same), (found["a"].Change, found["b"].Change));
        Assert.Contains("checksum", found["a"].Fault);
    }

    [Fact]
    public void Verifying_lists_every_fault_and_nothing_else()
    {
        string prefix = Checkpoints.Write(_folder["m"], ("a", Tensor.From([1f, 2f])), ("b", Tensor.From([3f, 4f])), ("c", Tensor.Scalar("text")));
        Assert.Empty(CheckpointReader.Verify(prefix));

        Damage(prefix, at: 9);
        List<string> seen = [];
        CheckpointFault fault = Assert.Single(CheckpointReader.Verify(prefix, tensor => seen.Add(tensor.Name)));

        Assert.Equal(("b", prefix + ".data-00000-of-00001"), (fault.Tensor, fault.File));
        Assert.Equal(["a", "b", "c"], seen);
    }

    [Fact]
    public void Verifying_what_cannot_be_opened_gives_one_fault_of_no_tensor()
    {
        string prefix = Checkpoints.Write(_folder["m"], ("a", Tensor.Scalar(1f)));
        File.WriteAllBytes(prefix + ".index", []);

        CheckpointFault fault = Assert.Single(CheckpointReader.Verify(prefix));

        Assert.Equal((null, prefix + ".index"), (fault.Tensor, fault.File));
    }

    private static void Damage(string prefix, int at)
    {
        string data = prefix + ".data-00000-of-00001";
        byte[] bytes = File.ReadAllBytes(data);
        bytes[at] ^= 1;
        File.WriteAllBytes(data, bytes);
    }

    private static Tensor Bits(DType dtype, byte bits)
    {
        Tensor tensor = Tensor.Zeros(dtype, []);
        tensor.Bytes()[0] = bits;
        return tensor;
    }

    private double? Difference(Tensor before, Tensor after) =>
        Compare(Checkpoints.Write(_folder["x"], ("v", before)), Checkpoints.Write(_folder["y"], ("v", after)))["v"].MaxDifference;

    private static Dictionary<string, CheckpointDifference> Compare(string before, string after)
    {
        using CheckpointReader first = CheckpointReader.Open(before), second = CheckpointReader.Open(after);
        return CheckpointComparison.Between(first, second).ToDictionary(difference => difference.Name);
    }
}
