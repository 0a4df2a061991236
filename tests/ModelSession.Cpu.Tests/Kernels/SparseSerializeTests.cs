using ModelSessions.Protos;

namespace ModelSessions.Tests.Kernels;

/// <summary>Sparse tensors that are packed and unpacked. Expected values and codes are those of TensorFlow 2.16.</summary>
public sealed class SparseSerializeTests
{
    private const string Packed = """
        i Placeholder dtype=int64
        v Placeholder dtype=float
        s Placeholder dtype=int64
        one SerializeSparse i v s out_type=string
        rows SerializeManySparse i v s out_type=string
        """;

    [Fact]
    public void A_sparse_tensor_is_three_messages()
    {
        using CpuRun run = new(Packed);

        Tensor parts = run.Fetch("one:0", Sparse([0, 1], [1.5f], [2, 2]));

        Assert.Equal("08091208120208011202080222100000000000000000" + "0100000000000000", Convert.ToHexString(parts.StringBytes(0)));
        Assert.Equal("08011204120208012204" + "0000C03F", Convert.ToHexString(parts.StringBytes(1)));
        Assert.Equal("080912041202080222100200000000000000" + "0200000000000000", Convert.ToHexString(parts.StringBytes(2)));
    }

    [Fact]
    public void Rows_that_are_unpacked_together_are_the_tensor_again()
    {
        using CpuRun run = new($"""
            {Packed}
            back DeserializeManySparse rows dtype=float
            also DeserializeSparse rows dtype=float
            """);
        (string, Tensor)[] feeds = Sparse([0, 1, 2, 0], [5, 6], [3, 2]);

        foreach (string op in (string[])["back", "also"])
        {
            Assert.Equal([0L, 1, 2, 0], run.Fetch($"{op}:0", feeds).Span<long>());
            Assert.Equal([5f, 6], run.Fetch($"{op}:1", feeds).Span<float>());
            Assert.Equal([3L, 2], run.Fetch($"{op}:2", feeds).Span<long>());
        }
    }

    [Theory]
    [InlineData(new long[] { 2, 1, 0, 0 }, new long[] { 3, 2 })]
    [InlineData(new long[] { 0, 1, 5, 0 }, new long[] { 3, 2 })]
    [InlineData(new long[] { 0, 1, 0, 1 }, new long[] { 3, 2 })]
    [InlineData(new long[] { 0, 7, 1, 0 }, new long[] { 3, 2 })]
    [InlineData(new long[] { 0, 1, 1, 0 }, new long[] { 3, 2, 2 })]
    public void Rows_are_made_only_of_a_tensor_in_order_and_inside_of_its_shape(long[] indices, long[] shape)
    {
        using CpuRun run = new(Packed);

        EngineException e = Assert.Throws<EngineException>(() => run.Fetch("rows:0", Sparse(indices, [5, 6], shape)));

        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }

    [Fact]
    public void What_is_no_sparse_tensor_is_not_unpacked()
    {
        using CpuRun run = new("""
            x Placeholder dtype=string
            back DeserializeSparse x dtype=float
            """);
        byte[] bomb = TensorBytes(1L << 40);

        foreach (Tensor packed in (Tensor[])[Tensor.FromStrings(["a", "b", "c"], [3]), Tensor.FromStrings(["a", "b"], [2]), Tensor.Scalar("a"), Of(bomb, bomb, bomb)])
        {
            EngineException e = Assert.Throws<EngineException>(() => run.Fetch("back:0", ("x:0", packed)));
            Assert.Equal(StatusCode.InvalidArgument, e.Code);
        }
    }

    private static (string, Tensor)[] Sparse(long[] indices, float[] values, long[] shape) =>
    [
        ("i:0", Tensor.From<long>(indices, [values.Length, indices.Length / values.Length])), ("v:0", Tensor.From<float>(values)), ("s:0", Tensor.From<long>(shape)),
    ];

    private static byte[] TensorBytes(long size)
    {
        TensorProto proto = new() { Dtype = DataType.DtInt64, TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = size } } } };
        proto.Int64Val.Add(1);
        return Google.Protobuf.MessageExtensions.ToByteArray(proto);
    }

    private static Tensor Of(params byte[][] parts)
    {
        Tensor packed = Tensor.Zeros(DType.String, [parts.Length]);
        parts.CopyTo(packed.Objects);
        return packed;
    }
}
