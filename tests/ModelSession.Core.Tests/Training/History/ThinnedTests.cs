using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class ThinnedTests
{
    [Theory]
    [InlineData(3, new[] { 0, 1, 2 })]
    [InlineData(4, new[] { 0, 1, 2, 3 })]
    [InlineData(5, new[] { 0, 2, 4 })]
    [InlineData(6, new[] { 0, 2, 4, 5 })]
    [InlineData(9, new[] { 0, 4, 8 })]
    [InlineData(12, new[] { 0, 4, 8, 11 })]
    public void Every_second_goes_when_it_is_full_and_the_newest_is_always_there(int count, int[] kept)
    {
        Thinned<int> thinned = new(4);
        for (int i = 0; i < count; i++)
        {
            thinned.Add(i);
        }

        Assert.Equal(kept, thinned.Items);
    }

    [Fact]
    public void It_never_holds_more_than_it_may()
    {
        Thinned<int> thinned = new(16);
        for (int i = 0; i < 10_000; i++)
        {
            thinned.Add(i);
            Assert.InRange(thinned.Items.Count, Math.Min(i + 1, 8), 16);
            Assert.Equal((0, i), (thinned.Items[0], thinned.Items[^1]));
        }
    }

    [Theory]
    [InlineData(4, new[] { 0, 1, 2, 3 })]
    [InlineData(5, new[] { 0, 2, 4 })]
    [InlineData(6, new[] { 0, 2, 4, 5 })]
    [InlineData(100, new[] { 0, 64, 99 })]
    public void A_finished_list_keeps_its_first_and_its_last(int count, int[] kept) =>
        Assert.Equal(kept, Thinned<int>.Of([.. Enumerable.Range(0, count)], 4));
}
