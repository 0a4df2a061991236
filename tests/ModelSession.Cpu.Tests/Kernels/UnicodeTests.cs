using System.Text;

namespace ModelSessions.Tests.Kernels;

/// <summary>Characters of strings; values of TensorFlow 2.16.</summary>
public sealed class UnicodeTests
{
    [Theory]
    [InlineData("replace", new[] { 97, 65533, 98, 65533, 65533, 65533, 122 })]
    [InlineData("ignore", new[] { 97, 98, 122 })]
    public void Faulty_bytes_are_replaced_or_left_out(string errors, int[] expected)
    {
        Tensor[] decoded = Decode("UTF-8", new() { ["errors"] = errors }, "a\u00FFb\u00E3\u0081\u00C0\u0080z");

        Assert.Equal(expected, decoded[1].Span<int>().ToArray());
    }

    [Fact]
    public void Control_characters_are_those_below_the_space()
    {
        Tensor[] decoded = Decode("UTF-8", new() { ["replace_control_characters"] = true, ["replacement_char"] = 63 }, "a\t\n\u007F");

        Assert.Equal([97, 63, 63, 127], decoded[1].Span<int>().ToArray());
    }

    [Fact]
    public void Halves_of_pairs_stay_when_faults_are_ignored()
    {
        Tensor[] encoded = OpRun.Of(
            "UnicodeEncode", new() { ["output_encoding"] = "UTF-16-BE", ["errors"] = "ignore" }, Tensor.From(0xD800, 0x110000, 97), Tensor.From(0L, 3));

        Assert.Equal([0xD8, 0, 0, 97], (byte[])encoded[0].Objects[0]!);
    }

    [Fact]
    public void Every_character_has_a_script()
    {
        Tensor[] scripts = OpRun.Of("UnicodeScript", null, Tensor.From(65, 0x4E00, 0x3042, -1, 0x110000, 0x301, 32));

        Assert.Equal([25, 17, 20, -1, -1, 1, 0], scripts[0].Span<int>().ToArray());
    }

    private static Tensor[] Decode(string encoding, NodeAttributes attributes, string text)
    {
        attributes["input_encoding"] = encoding;
        Tensor bytes = Tensor.FromStrings([""], [1]);
        bytes.Objects[0] = Encoding.Latin1.GetBytes(text);
        return OpRun.Of("UnicodeDecode", attributes, bytes);
    }
}
