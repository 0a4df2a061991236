using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class ShuffledOrderTests
{
    private static readonly DatasetPosition s_start = new("data", 7, 0, 0);

    [Fact]
    public void Each_epoch_has_every_example_once_in_a_new_order()
    {
        ShuffledOrder order = new(100, shuffle: true, s_start);
        int[] first = order.Next(100).ToArray(), second = order.Next(100).ToArray();
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        Assert.Equal(Enumerable.Range(0, 100), second.Order());
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
        Assert.Equal([0, 1, 2], new ShuffledOrder(3, shuffle: false, s_start).Next(3).ToArray());

    [Fact]
    public void Seeds_give_different_orders() => Assert.NotEqual(
        new ShuffledOrder(50, shuffle: true, s_start).Next(50).ToArray(), new ShuffledOrder(50, shuffle: true, s_start with { Seed = 8 }).Next(50).ToArray());
}
