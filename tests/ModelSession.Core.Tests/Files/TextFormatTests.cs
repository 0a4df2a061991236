using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>Expected values are those of Python's text_format (protobuf 4.25, as TensorFlow 2.16 has it).</summary>
public sealed class TextFormatTests
{
    [Theory]
    [InlineData("1_000", 1000)]
    [InlineData("0x1_0", 16)]
    [InlineData("0x_1", 1)]
    [InlineData("0b101", 5)]
    [InlineData("0o17", 15)]
    [InlineData("-017", -15)]
    [InlineData("+12", 12)]
    [InlineData("0_0", 0)]
    [InlineData("00", 0)]
    [InlineData("-0x10", -16)]
    [InlineData("0X1f", 31)]
    [InlineData("\u0661", 1)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Whole_numbers_are_read_as_Python_does(string text, long expected) =>
        Assert.Equal(expected, TextFormat.Parse<AttrValue>($"i: {text}").I);

    [Theory]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("1e5f")]
    [InlineData("08")]
    [InlineData("1__0")]
    [InlineData("1_")]
    [InlineData("0x")]
    [InlineData("+017")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("1.0")]
    [InlineData("- 5")]
    public void What_is_no_whole_number_is_refused(string text) =>
        Assert.Contains("line 1, column 4: expected a whole number", Refused<AttrValue>($"i: {text}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("1_0.5", 0x41280000)]
    [InlineData("nan", 0x7fc00000)]
    [InlineData("-nan", unchecked((int)0xffc00000))]
    [InlineData("NANF", 0x7fc00000)]
    [InlineData("nanff", 0x7fc00000)]
    [InlineData("+inf", 0x7f800000)]
    [InlineData("-inff", unchecked((int)0xff800000))]
    [InlineData("infinityf", 0x7f800000)]
    [InlineData("1e400", 0x7f800000)]
    [InlineData("1e40", 0x7f800000)]
    [InlineData("3.4028235677973366e+38", 0x7f800000)]
    [InlineData("1.5ff", 0x3fc00000)]
    [InlineData("-.5", unchecked((int)0xbf000000))]
    [InlineData("1.", 0x3f800000)]
    [InlineData("1e-50", 0)]
    [InlineData("-0", unchecked((int)0x80000000))]
    [InlineData("010", 0x41200000)]
    public void Floats_are_read_as_Python_does(string text, int bits) =>
        Assert.Equal(bits, BitConverter.SingleToInt32Bits(TextFormat.Parse<AttrValue>($"f: {text}").F));

    [Theory]
    [InlineData("0x1p3")]
    [InlineData("1e")]
    [InlineData(".")]
    [InlineData("f")]
    [InlineData("1.5F")]
    [InlineData("+inff")]
    [InlineData("1_.5")]
    [InlineData("\"1\"")]
    public void What_is_no_float_is_refused(string text) => _ = Refused<AttrValue>($"f: {text}");

    [Theory]
    [InlineData("\\u00e9", "e9")]
    [InlineData("\\u0100", "5c7530313030")]
    [InlineData("\\400", "5c7530313030")]
    [InlineData("\\U0001F600", "5c553030303166363030")]
    [InlineData("\\x4g", "0467")]
    [InlineData("\\\\x4", "5c7834")]
    [InlineData("\\1234", "5334")]
    [InlineData("\\8", "5c38")]
    [InlineData("\\?", "5c3f")]
    [InlineData("\\X41", "5c583431")]
    [InlineData("\\a\\b\\f\\v\\0", "07080c0b00")]
    [InlineData("é\\é", "c3a95cc3a9")]
    [InlineData("a\rb", "610d62")]
    public void Quoted_texts_are_read_as_Python_does(string text, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(TextFormat.Parse<AttrValue>($"s: \"{text}\"").S.Span));

    [Theory]
    [InlineData("\\x")]
    [InlineData("\\xg")]
    [InlineData("\\u12")]
    [InlineData("\\U00110000")]
    [InlineData("\\N{DASH}")]
    [InlineData("a\nb")]
    [InlineData("a\\")]
    public void Wrong_escapes_and_open_quotes_are_refused(string text) => _ = Refused<AttrValue>($"s: \"{text}\"");

    [Theory]
    [InlineData("name:\"a\"op:\"b\"")]
    [InlineData("name : \"a\" , op: \"b\";")]
    [InlineData("name: \"a\"\u0085op: \"b\"")]
    [InlineData("name: \"a\"\u2028op:'b'")]
    [InlineData("name: \"a\"\u001cop:\"b\"")]
    [InlineData("name: \"a\" # é \r op: \"c\"\nop: # x\n\"b\"")]
    [InlineData("name: \"\" name: \"a\" op: \"\" \"b\"")]
    public void Space_comments_and_separators_are_skipped(string text) =>
        Assert.Equal(new NodeDef { Name = "a", Op = "b" }, TextFormat.Parse<NodeDef>(text));

    [Theory]
    [InlineData("name: \"a\" ; ; op: \"b\"", "line 1, column 13: expected a field of 'tensorflow.NodeDef', found ';'.")]
    [InlineData("\ufeffname: \"a\"", "line 1, column 1: expected a field of 'tensorflow.NodeDef', found a byte order mark; save the text as UTF-8 without one.")]
    [InlineData("nome: \"a\"", "line 1, column 1: a 'tensorflow.NodeDef' has no field 'nome'. Did you mean 'name'?")]
    [InlineData("name: \"a\"\n é: 1", "line 2, column 2: expected a field of 'tensorflow.NodeDef', found 'é'.")]
    [InlineData("input: [\"é\" \"b\", 5]", "line 1, column 18: expected a quoted text, found '5'.")]
    [InlineData("attr { key: \"a\"", "line 1, column 16: expected '}', found the end of the text.")]
    [InlineData("name: \"a\" name: \"b\"", "line 1, column 17: 'name' of 'tensorflow.NodeDef' is given twice.")]
    [InlineData("attr { key: \"a\" value { i: 1 f: 2 } }", "line 1, column 30: 'f' and 'i' cannot both be set in a 'tensorflow.AttrValue'; remove one of the two.")]
    [InlineData("attr { value { type: DT_FLAOT } }", "line 1, column 22: expected a value of enum 'tensorflow.DataType', found 'DT_FLAOT'. Did you mean 'DT_FLOAT' or 'DT_BOOL' or 'DT_HALF'?")]
    public void Errors_say_where_what_was_found_and_what_expected(string text, string message) =>
        Assert.EndsWith(message, Refused<NodeDef>(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("i: 1 i: 2", "i: 2\n")]
    [InlineData("i: 1 f: 2", "f: 2.0\n")]
    [InlineData("list { i: 1 } list { i: 2 }", "list {\n  i: 1\n  i: 2\n}\n")]
    [InlineData("list { i: 1 } i: 3 list { i: 5 }", "list {\n  i: 5\n}\n")]
    public void Merging_lets_the_last_count(string text, string expected)
    {
        AttrValue value = new();
        TextFormat.Merge(Encoding.UTF8.GetBytes(text), value);
        Assert.Equal(expected, TextFormat.Print(value));
    }

    [Fact]
    public void Numbers_are_printed_as_Python_prints_them()
    {
        TensorProto tensor = new()
        {
            FloatVal = { -0f, 1e-45f, 3.4e38f, 16777216f, 0.1f, 1e10f, 1e15f, 1e16f, 123456789f, 1e-5f, 0.0001f, float.NaN, float.NegativeInfinity },
            DoubleVal = { -0d, 5e-324, 1e16, 1e15, 123456789012345678, 0.1, 1e-4, 1e-5, 1.7976931348623157e308, 12.5 },
        };
        Assert.Equal(
            "-0.0 1.4013e-45 3.4e+38 16777216.0 0.1 10000000000.0 1000000000000000.0 1e+16 123456790.0 1e-05 0.0001 nan -inf "
            + "-0.0 5e-324 1e+16 1000000000000000.0 1.2345678901234568e+17 0.1 0.0001 1e-05 1.7976931348623157e+308 12.5",
            string.Join(' ', TextFormat.Print(tensor).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])));
    }

    [Fact]
    public void An_Any_is_printed_expanded_where_its_type_is_known_and_sound()
    {
        MetaGraphDef meta = new() { MetaInfoDef = new() { AnyInfo = new() { TypeUrl = "x/tensorflow.AssetFileDef", Value = new AssetFileDef { Filename = "a" }.ToByteString() } } };
        Assert.Equal("meta_info_def {\n  any_info {\n    [x/tensorflow.AssetFileDef] {\n      filename: \"a\"\n    }\n  }\n}\n", TextFormat.Print(meta));
        meta.MetaInfoDef.AnyInfo.TypeUrl = "x/tensorflow.Nope";
        Assert.Contains("type_url: \"x/tensorflow.Nope\"\n    value: \"\\022\\001a\"\n", TextFormat.Print(meta), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_may_lie_100_deep_and_no_deeper()
    {
        static string Deep(int functions) => string.Concat(Enumerable.Repeat("func { attr { key: 'k' value { ", functions)) + string.Concat(Enumerable.Repeat("} } } ", functions));
        byte[] binary = TextFormat.Parse<AttrValue>(Deep(33)).ToByteArray();
        Assert.NotNull(AttrValue.Parser.ParseFrom(binary));
        Assert.Contains("more than 100 deep", Refused<AttrValue>(Deep(34)), StringComparison.Ordinal);
        Assert.Contains("more than 100 deep", Refused<AttrValue>(Deep(100_000)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frozen", ".pb")]
    [InlineData("meta", "")]
    public void Every_golden_text_is_the_text_of_the_binary_file_beside_it(string folder, string extension)
    {
        MessageDescriptor type = folder == "meta" ? MetaGraphDef.Descriptor : GraphDef.Descriptor;
        int compared = 0;
        foreach (string path in Directory.EnumerateFiles(SharedData.Require($"golden/files/{folder}"), "*.pbtxt", SearchOption.AllDirectories))
        {
            IMessage expected = type.Parser.ParseFrom(File.ReadAllBytes(path[..^".pbtxt".Length] + extension));
            Assert.Equal(expected, TextFormat.Parse(File.ReadAllBytes(path), type));
            Assert.Equal(File.ReadAllText(path), TextFormat.Print(expected));
            compared++;
        }

        Assert.True(compared >= SharedData.AtLeast($"golden/files/{folder}", whole: 10, committed: 5), $"{compared} texts were compared.");
    }

    [Fact]
    public void The_text_of_a_public_graph_is_read()
    {
        GraphDef graph = GraphFile.Read(SharedData.Require("data/artifacts/Hiroki9759+learning-tensorflow/iris_model/graph.pbtxt"));
        Assert.Equal(543, graph.Node.Count);
        Assert.Equal(graph, TextFormat.Parse<GraphDef>(TextFormat.Print(graph)));
        Assert.Equal(543, GraphImporter.Import(graph).Count);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_with_its_place()
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => TextFormat.Parse<NodeDef>([.. "name: 'a'"u8, 0xFF]));
        Assert.Equal(9, error.Offset);
    }

    private static string Refused<T>(string text)
        where T : IMessage, new() => Assert.Throws<ModelFileException>(() => TextFormat.Parse<T>(text)).Message;
}
