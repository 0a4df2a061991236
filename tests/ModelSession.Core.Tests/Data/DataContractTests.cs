using System.Text;
using System.Text.Json;
using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class DataContractTests
{
    private static readonly DataContract s_people = new()
    {
        Columns =
        [
            new DataColumn("age", ColumnKind.Number) { Mean = 38.5, Deviation = 13.25, Fill = 38.5 },
            new DataColumn("sex", ColumnKind.Category) { Values = ["f", "m"], OneHot = true },
            new DataColumn("member", ColumnKind.Boolean),
        ],
        Shape = [4],
        Labels = ["income"],
        ClassCount = 2,
        ClassNames = ["low", "high"],
    };

    [Fact]
    public void A_contract_survives_JSON()
    {
        Assert.Equal(s_people, Read(Json(s_people)));
        DataContract images = new() { Shape = [28, 28], Deviation = [255], ClassCount = 10 };
        Assert.Equal(images, Read(Json(images)));
        Assert.Equal("""{"shape":[28,28],"deviation":[255],"classes":10}""", Json(images));
    }

    [Fact]
    public void A_contract_in_words_says_what_becomes_what() => Assert.Equal(
        ["3 columns → [4], 2 classes", "[28, 28]"], [s_people.ToString(), new DataContract { Shape = [28, 28] }.ToString()]);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"shape":[-1]}""")]
    [InlineData("""{"shape":["a"]}""")]
    [InlineData("""{"shape":[2],"deviation":[0]}""")]
    [InlineData("""{"shape":[2],"columns":[{"name":"a","kind":"number"}]}""")]
    [InlineData("""{"shape":[1],"columns":[{"name":"a","kind":"date"}]}""")]
    [InlineData("""{"shape":[1],"columns":[{"kind":"number"}]}""")]
    public void A_damaged_contract_is_refused(string json) => Assert.Throws<FormatException>(() => Read(json));

    [Fact]
    public void Differences_are_named()
    {
        Assert.Empty(s_people.DifferencesFrom(s_people));
        Assert.Empty((s_people with { ClassNames = [], Labels = [] }).DifferencesFrom(s_people));
        Contains("column 1 is 'sex' here, 'age' there", s_people with { Columns = [s_people.Columns[1], s_people.Columns[0], s_people.Columns[2]] });
        Contains("÷ 10", s_people with { Columns = [s_people.Columns[0] with { Deviation = 10 }, s_people.Columns[1], s_people.Columns[2]] });
        Contains("names only here: 'x'", s_people with { Columns = [s_people.Columns[0], s_people.Columns[1] with { Values = ["f", "x"] }, s_people.Columns[2]] });
        Contains("only there: 'member'", s_people with { Columns = [s_people.Columns[0], s_people.Columns[1]], Shape = [3] });
        Contains("class 1 is 'top' here, 'high' there", s_people with { ClassNames = ["low", "top"] });
        Contains("3 classes here, 2 classes there", s_people with { ClassCount = 3, ClassNames = [] });
        Contains("arrays here", new DataContract { Shape = [4], ClassCount = 2 });
        static void Contains(string text, DataContract changed) => Assert.Contains(text, string.Join("; ", changed.DifferencesFrom(s_people)), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_become_what_the_model_learnt_from()
    {
        Tensor batch = s_people.Encode([Row(51.75, "m", true), Row(null, "f", false)]);
        Assert.Equal([1, 0, 1, 1, 0, 1, 0, 0], batch.Span<float>().ToArray());
        ModelFileException error = Assert.Throws<ModelFileException>(() => s_people.Encode([Row(1, "f", true), Row(1, "x", true)]));
        Assert.Equal((2L, "sex"), (error.Row, error.Column));
        Assert.Contains("'member'", Assert.Throws<GraphException>(() => s_people.Encode([[KeyValuePair.Create<string, object?>("age", 1), KeyValuePair.Create<string, object?>("sex", "f")]])).Message, StringComparison.Ordinal);

        // Columns are found by name, in whatever order they stand.
        static KeyValuePair<string, object?>[] Row(object? age, string sex, bool member) =>
            [KeyValuePair.Create<string, object?>("member", member), KeyValuePair.Create<string, object?>("id", 7), KeyValuePair.Create("age", age), KeyValuePair.Create<string, object?>("sex", sex)];
    }

    [Fact]
    public void Arrays_become_what_the_model_learnt_from()
    {
        DataContract images = new() { Shape = [2, 2], Deviation = [255] };
        Assert.Equal([0, 1, 51 / 255f, 0], images.Encode(Tensor.From<byte>([0, 255, 51, 0], [1, 4])).Span<float>().ToArray());
        Assert.Throws<GraphException>(() => images.Encode(Tensor.From<byte>([0, 255, 51], [1, 3])));
    }

    private static DataContract Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return DataContractJson.Read(document.RootElement);
    }

    private static string Json(DataContract contract)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            DataContractJson.Write(writer, contract);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
