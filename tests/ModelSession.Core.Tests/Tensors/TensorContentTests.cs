using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Tensors;

/// <summary>Memory of tensors, and their content in messages. Expected bytes are TensorFlow's.</summary>
public sealed class TensorContentTests
{
    [Fact]
    public void A_part_of_a_buffer_shares_its_memory()
    {
        Tensor whole = Tensor.From<int>([1, 2, 3, 4], [4]);
        Tensor part = new(DType.Int32, [2], whole.Buffer.Slice(4, 8));

        whole.Span<int>()[1] = 7;

        Assert.Equal([7, 3], part.Span<int>());
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Buffer.Slice(4, whole.Buffer.ByteLength - 3));
    }

    [Theory]
    [InlineData("010261" + "6262", "a bb")]
    [InlineData("0000", " ")]
    [InlineData("01026162", null)]
    [InlineData("0102616263" + "63", null)]
    [InlineData("01", null)]
    [InlineData("80808080808001", null)]
    public void Strings_stand_in_content_as_lengths_and_bytes(string content, string? expected)
    {
        TensorProto proto = new()
        {
            Dtype = DataType.DtString,
            TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 2 } } },
            TensorContent = ByteString.CopyFrom(Convert.FromHexString(content)),
        };

        if (expected is null)
        {
            Assert.Throws<GraphException>(() => TensorCodec.Parse(proto));
        }
        else
        {
            Tensor strings = TensorCodec.Parse(proto);
            Assert.Equal(expected, $"{strings.StringAt(0)} {strings.StringAt(1)}");
            Assert.Equal(content, Convert.ToHexString(TensorContent.ToProto(strings).TensorContent.Span), ignoreCase: true);
        }
    }
}
