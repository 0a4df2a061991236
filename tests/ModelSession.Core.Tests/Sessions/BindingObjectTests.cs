using System.Collections;

namespace ModelSessions.Tests.Sessions;

/// <summary>Objects of other kinds than a class with typed fields: dictionaries, untyped fields, a host's wrapping, files.</summary>
public sealed class BindingObjectTests : IDisposable
{
    private readonly GraphBuilder _g = new();
    private readonly GraphTensor _x;
    private readonly GraphTensor _y;
    private readonly string _folder = Directory.CreateTempSubdirectory("binding").FullName;

    public BindingObjectTests()
    {
        _x = _g.Placeholder(DType.Float32, [-1, 2], "x");
        _y = _g.Placeholder(DType.Float32, [-1], "y");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_dictionarys_entries_are_its_fields()
    {
        Hashtable story = new() { ["x"] = _x, ["layers"] = new ArrayList { _x, _y }, ["rate"] = 0.1, ["note"] = "text" };
        Assert.Equal("y:0", Binding.FromFields(story).Names["layers.1"]);
        Assert.Equal("""{"x":"x:0"}""", Binding.FromFields(story, "x").ToJson());
        Assert.Contains("'rate'", Assert.Throws<GraphException>(() => Binding.FromFields(story, "rate")).Message, StringComparison.Ordinal);
        Assert.Equal(["layers", "x"], Binding.FromFields(story).Keys.Order());
    }

    [Fact]
    public void What_a_host_wraps_is_unwrapped_at_every_level()
    {
        Untyped story = new() { One = new Wrapped(_x), Many = new object[] { new Wrapped(_x), new Wrapped(new Hashtable { ["y"] = new Wrapped(_y) }) } };
        Binding binding = Binding.FromFields(new Wrapped(story), [], value => value is Wrapped wrapped ? wrapped.Value : value);
        Assert.Equal("""{"One":"x:0","Many":["x:0",{"y":"y:0"}]}""", binding.ToJson());
    }

    [Fact]
    public void Objects_in_a_given_object_stay_with_what_is_not_bound()
    {
        Inner inner = new() { Count = 9 };
        Outer outer = new() { Inner = inner };
        Binding binding = new(new Hashtable { ["Inner"] = new Hashtable { ["X"] = "x:0" }, ["Made"] = new Hashtable { ["X"] = "y:0" } });

        binding.Into(outer, _g.Graph);

        Assert.Same(inner, outer.Inner);
        Assert.Equal((9, _x), (inner.Count, inner.X));
        Assert.Equal(_y, outer.Made!.X);
        Assert.Throws<GraphException>(() => new Binding(new Hashtable { ["Inner"] = new Hashtable { ["X"] = "y:0" }, ["None"] = "x:0" }).Into(outer, _g.Graph));
        Assert.Equal(_x, inner.X);
    }

    [Fact]
    public void Untyped_fields_take_tensors_lists_and_dictionaries()
    {
        Binding binding = new() { ["One"] = _x, ["Many"] = new object[] { _x, new Hashtable { ["y"] = _y } }, ["Table"] = new Hashtable { ["y"] = _y }, ["List"] = new[] { _x } };
        Untyped found = binding.To<Untyped>(_g.Graph);
        Assert.Same(_x.Operation, Assert.IsType<GraphTensor>(found.One).Operation);
        object[] many = Assert.IsType<object[]>(found.Many);
        Assert.Equal("y:0", Assert.IsType<GraphTensor>(Assert.IsAssignableFrom<IDictionary>(many[1])["y"]).Name);
        Assert.Equal("y:0", Assert.IsType<GraphTensor>(found.Table!["y"]).Name);
        Assert.Equal("x:0", Assert.IsType<GraphTensor>(found.List!.GetValue(0)).Name);
    }

    [Fact]
    public void An_object_that_refers_to_itself_is_refused_at_once()
    {
        Untyped story = new();
        story.One = story.Many = new Untyped { One = story, Many = story };
        Assert.Contains("refers to itself", Assert.Throws<GraphException>(() => Binding.FromFields(story)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_of_the_platform_are_not_searched()
    {
        Untyped story = new() { One = _x, Many = new System.Text.RegularExpressions.Regex("a") };
        Assert.Equal("""{"One":"x:0"}""", Binding.FromFields(story).ToJson());
    }

    [Fact]
    public void A_file_brings_the_binding_back()
    {
        Binding binding = new() { ["x"] = _x, ["metrics.accuracy"] = _y };
        string path = Path.Combine(_folder, "made", "binding.json");
        binding.WriteFile(path);
        Assert.Equal(binding, Binding.ReadFile(path));
        Assert.Equal(["binding.json"], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("", StatusCode.DataLoss)]
    [InlineData("[1]", StatusCode.DataLoss)]
    [InlineData(null, StatusCode.NotFound)]
    public void A_file_without_a_binding_is_told_by_its_path(string? text, StatusCode code)
    {
        string path = Path.Combine(_folder, "bad.json");
        if (text is not null)
        {
            File.WriteAllText(path, text);
        }

        ModelFileException error = Assert.Throws<ModelFileException>(() => Binding.ReadFile(path));
        Assert.Equal((path, code), (error.Path, error.Code));
    }

    [Fact]
    public void A_folder_is_not_written_over()
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => new Binding { ["x"] = _x }.WriteFile(_folder));
        Assert.Equal(StatusCode.AlreadyExists, error.Code);
    }

    private sealed record Wrapped(object Value);

    private sealed class Outer
    {
        public Inner? Inner { get; set; }

        public Inner? Made { get; set; }
    }

    private sealed class Inner
    {
        public int Count { get; set; }

        public GraphTensor? X { get; set; }
    }

    private sealed class Untyped
    {
        public object? One;
        public object? Many;

        public Hashtable? Table { get; set; }

        public Array? List { get; set; }
    }
}
