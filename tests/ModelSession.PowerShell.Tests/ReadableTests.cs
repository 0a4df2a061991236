using ModelSessions.PowerShell;

namespace ModelSessions.Tests;

public sealed class ReadableTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(39_123_456, "39.1 MB")]
    [InlineData(5_000_000_000, "5.0 GB")]
    public void Sizes_have_their_unit(long bytes, string text) => Assert.Equal(text, Readable.Size(bytes));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(7_200, "2 h")]
    [InlineData(200_000, "2 d")]
    public void Durations_are_told_in_their_largest_unit(double seconds, string text) => Assert.Equal(text, Readable.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void What_was_written_a_moment_ahead_of_this_clock_is_new() => Assert.Equal("0 s", Readable.Age(DateTime.UtcNow.AddMinutes(5)));

    [Fact]
    public void Paths_are_told_from_the_folder_that_one_is_in()
    {
        string here = Path.GetFullPath("here"), below = Path.Join(here, "a", "b"), beside = Path.GetFullPath("hereabouts");
        Assert.Equal(".", Readable.Folder(here, here));
        Assert.Equal(Path.Join(".", "a", "b"), Readable.Folder(below, here));
        Assert.Equal(beside, Readable.Folder(beside, here));
        Assert.Equal("", Readable.Folder(null, here));
    }

    [Fact]
    public void Numbers_that_are_not_there_are_empty()
    {
        Assert.Equal("", Readable.Count(null));
        Assert.Equal("", Readable.Metric(null));
        Assert.Equal("9,000", Readable.Count(9_000));
        Assert.Equal("0.9541", Readable.Metric(0.95412));
    }
}
