using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(9, 0.5)]
    [InlineData(10, 0.5)]
    [InlineData(19, 0.5)]
    [InlineData(20, 0.25)]
    [InlineData(long.MaxValue, 0.25)]
    public void A_table_holds_each_value_from_its_iteration_on_and_the_first_before(long iteration, double expected) =>
        Assert.Equal(expected, Schedule.Table([new(20, 0.25), new(10, 0.5)]).At(iteration));

    [Fact]
    public void An_empty_table_is_refused() => Assert.Throws<ArgumentException>(() => Schedule.Table([]));

    [Fact]
    public void Two_values_for_one_iteration_are_refused() => Assert.Throws<ArgumentException>(() => Schedule.Table([new(1, 0.5), new(1, 0.25)]));
}
