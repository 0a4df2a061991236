using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class ShuffledOrderTests
{
    private static readonly DatasetPosition s_start = new("data", 7, 0, 0);

    [Fact]
    public void Each_epoch_has_every_example_once_in_a_new_order()
    {
        ShuffledOrder order = new(100, shuffle: true, s_start);
        long[] first = order.Next(100).ToArray(), second = order.Next(100).ToArray();
        Assert.Equal(Enumerable.Range(0, 100).Select(row => (long)row), first.Order());
        Assert.Equal(Enumerable.Range(0, 100).Select(row => (long)row), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void An_order_continued_from_any_position_is_the_order_not_interrupted()
    {
        ShuffledOrder whole = new(23, shuffle: true, s_start);
        for (int i = 0; i < 20; i++)
        {
            ShuffledOrder resumed = new(23, shuffle: true, whole.Position);
            Assert.Equal(resumed.Next(5).ToArray(), whole.Next(5).ToArray());
        }
    }

    [Fact]
    public void The_last_batch_of_an_epoch_is_what_is_left()
    {
        ShuffledOrder order = new(12, shuffle: true, s_start);
        Assert.Equal([5, 5, 2, 5], new[] { order.Next(5).Length, order.Next(5).Length, order.Next(5).Length, order.Next(5).Length });
        Assert.Equal(new DatasetPosition("data", 7, 1, 5), order.Position);
    }

    [Fact]
    public void Without_shuffling_examples_come_as_they_stand() =>
        Assert.Equal([0L, 1, 2], new ShuffledOrder(3, shuffle: false, s_start).Next(3).ToArray());

    [Fact]
    public void Seeds_give_different_orders() => Assert.NotEqual(
        new ShuffledOrder(50, shuffle: true, s_start).Next(50).ToArray(), new ShuffledOrder(50, shuffle: true, s_start with { Seed = 8 }).Next(50).ToArray());

    // Four blocks a window: 5 MB each, 16 MB at once.
    private static RowLayout Blocks(int blocks, int rows, bool isSequential) =>
        new([.. Enumerable.Range(0, blocks + 1).Select(block => (long)block * rows)], [.. Enumerable.Repeat(5 << 20, blocks)], isSequential);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_in_blocks_come_once_each_and_those_of_four_blocks_at_a_time(bool isSequential)
    {
        ShuffledOrder order = new(1000, shuffle: true, s_start, Blocks(20, 50, isSequential));
        long[] rows = order.Next(1000).ToArray();
        Assert.Equal(Enumerable.Range(0, 1000).Select(row => (long)row), rows.Order());
        Assert.All(rows.Chunk(200), window => Assert.Equal(4, window.Select(row => row / 50).Distinct().Count()));
        Assert.NotEqual(rows.Take(200).Order(), rows.Take(200));
        Assert.Equal(isSequential, rows.Take(200).All(row => row < 200));
        Assert.NotEqual(rows, order.Next(1000).ToArray());
    }

    [Fact]
    public void Rows_in_blocks_can_be_gone_on_with_from_any_position()
    {
        RowLayout layout = Blocks(13, 11, isSequential: false);
        ShuffledOrder whole = new(143, shuffle: true, s_start, layout);
        for (int i = 0; i < 60; i++)
        {
            ShuffledOrder resumed = new(143, shuffle: true, whole.Position, layout);
            Assert.Equal(resumed.Next(7).ToArray(), whole.Next(7).ToArray());
        }
    }

    [Fact]
    public void The_block_of_a_row_is_found_past_blocks_without_rows()
    {
        RowLayout layout = new([0, 3, 3, 3, 5, 5], [1, 1, 1, 1, 1], isSequential: false);
        Assert.Equal([0, 0, 0, 3, 3], Enumerable.Range(0, 5).Select(row => layout.BlockOf(row)));
    }
}
