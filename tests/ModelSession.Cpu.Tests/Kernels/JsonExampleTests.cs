using System.Text;

namespace ModelSessions.Tests.Kernels;

/// <summary>Examples from JSON; the bytes are TensorFlow 2.16's.</summary>
public sealed class JsonExampleTests
{
    [Theory]
    [InlineData(
        """{"features":{"feature":{"z":{"int64List":{"value":["3",-4,5]}},"a":{"floatList":{"value":[1.5,"2"]}},"b":{"bytesList":{"value":["YQ==",""]}}}}}""",
        "0a390a160a017a12111a0f080308fcffffffffffffffff0108050a110a0161120c120a0d0000c03f0d000000400a0c0a016212070a050a01610a00")]
    [InlineData("""{"features":{"feature":{"z":{"int64List":{"value":[]}},"a":{"floatList":{}},"c":{}}}}""", "0a190a070a017a12021a000a070a0161120212000a050a01631200")]
    [InlineData("""{"features":{"feature":{"":{"floatList":{"value":[0]}}}}}""", "0a0d0a0b0a00120712050d00000000")]
    [InlineData("""{"features":{"feature":{"a":{"int64_list":{"value":[1]}}}}}""", "0a0b0a090a016112041a020801")]
    [InlineData("""{"features":{"feature":{"a":{"floatList":{"value":["NaN","Infinity"]}}}}}""", "0a130a110a0161120c120a0d0000c07f0d0000807f")]
    [InlineData("""{"features":{}}""", "0a00")]
    [InlineData("""{"features":null}""", "")]
    [InlineData("{}", "")]
    public void An_example_is_written_number_by_number(string json, string expected) => Assert.Equal(expected, Convert.ToHexStringLower(Decode(json)));

    [Theory]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"features":{"feature":{"a":{"int64List":{"value":[9]}},"a":{"int64List":{"value":[9]}}}}}""")]
    [InlineData("""{"features":{"feature":{"a":{"int64List":{"value":[1.5]}}}}}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_example_is_refused(string json) =>
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() => Decode(json)).Code);

    private static byte[] Decode(string json)
    {
        using CpuRun run = new("x Placeholder dtype=string\ny DecodeJSONExample x");
        Tensor text = Tensor.Zeros(DType.String, [1]);
        text.Objects[0] = Encoding.UTF8.GetBytes(json);
        return run.Fetch("y:0", ("x:0", text)).StringBytes(0).ToArray();
    }
}
