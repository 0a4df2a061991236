using System.Text.RegularExpressions;

namespace ModelSessions.Tests.Repository;

/// <summary>What docs/architecture.md names is there, and it names every room.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string s_root = Path.GetDirectoryName(Checkout.File("ModelSession.slnx"))!;
    private static readonly string s_page = File.ReadAllText(Checkout.File("docs", "architecture.md"));
    private static readonly string[] s_files = [.. Files(new DirectoryInfo(s_root)).Select(path => "/" + Path.GetRelativePath(s_root, path).Replace('\\', '/'))];
    private static readonly Lazy<HashSet<string>> s_words = new(Words);

    // Words of command lines, of other projects, and of a path outside of the repository.
    private static readonly string[] s_elsewhere = ["shared", "bench", "tf", "gradients", "compat", "v1", "import_graph_def", "import_meta_graph", "Resolving", "Family", "Noun", "Tests"];

    [Fact]
    public void Every_name_in_it_is_a_name_in_the_tree() => Assert.Empty(
        Spans().Where(span => !span.Contains('*', StringComparison.Ordinal)).SelectMany(span => Identifier().Matches(span).Select(match => match.Value).Where(word => !s_words.Value.Contains(word) && !s_elsewhere.Contains(word)).Select(word => $"{word} in `{span}`")));

    [Fact]
    public void Every_path_in_it_is_a_file_or_a_folder() => Assert.All(Spans().Where(span => PathOfOurs().IsMatch(span)), span =>
    {
        Regex path = new($"[/.]{Placeholder().Replace(Regex.Escape(span), "[^/]+").Replace(@"\*", "[^/]*", StringComparison.Ordinal)}(/|\\.[\\w.]+$|$)");
        Assert.Contains(s_files, path.IsMatch);
    });

    [Fact]
    public void Every_room_is_in_it()
    {
        IEnumerable<string> rooms = Directory.GetDirectories(Checkout.File("src")).SelectMany(Directory.GetDirectories).Select(folder => Path.GetFileName(folder))
            .Where(name => name is not ("bin" or "obj" or "Properties"));
        Assert.All(rooms.Distinct(), room => Assert.Matches($"`([^`]*/)?{room}(/[^`]*)?`", s_page));
    }

    [Fact]
    public void Every_format_is_linked_and_every_link_leads_somewhere()
    {
        string[] links = [.. Link().Matches(s_page).Select(match => match.Groups[1].Value)];
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(s_root, "docs", link)), link));
        Assert.Empty(Directory.GetFiles(Path.Combine(s_root, "docs", "formats")).Select(path => "formats/" + Path.GetFileName(path)).Except(links));
    }

    private static IEnumerable<string> Spans() => Span().Matches(s_page).Select(match => match.Groups[1].Value).Distinct();

    private static HashSet<string> Words() =>
    [
        .. s_files.SelectMany(path => Identifier().Matches(path)).Select(match => match.Value),
        .. s_files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith("/ArchitecturePageTests.cs", StringComparison.Ordinal))
            .SelectMany(path => Identifier().Matches(File.ReadAllText(s_root + path))).Select(match => match.Value),
    ];

    private static IEnumerable<string> Files(DirectoryInfo folder) => folder.EnumerateFiles().Select(file => file.FullName).Concat(
        folder.EnumerateDirectories().Where(inner => inner.Name is not ("bin" or "obj" or ".git" or "shared" or "out")).SelectMany(Files));

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"[A-Za-z_]\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex("<[A-Z][a-z]+>")]
    private static partial Regex Placeholder();

    // A name in the graph or in a collection has no capital letter.
    [GeneratedRegex(@"^(src|tests|docs|tools|examples|benchmarks|[A-Z][\w.]*)/[\w.*<>/-]+$")]
    private static partial Regex PathOfOurs();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
