namespace ModelSessions.Tests.Errors;

public sealed class NearestNamesTests
{
    [Fact]
    public void The_nearest_come_first_and_equals_by_name() =>
        Assert.Equal(["layer1/W", "layer_1/b", "layer2/W"], NearestNames.To("layer_1/W", ["unrelated", "layer2/W", "layer_1/b", "layer1/W", "layer2/W", "layer_2/bb"]));

    [Fact]
    public void Case_costs_nothing_and_what_differs_in_more_than_half_is_left_out() =>
        Assert.Equal(["LOSS"], NearestNames.To("loss", ["LOSS", "abcdef", "xyz"]));

    [Fact]
    public void Short_names_are_near_if_they_have_letters_in_common() =>
        Assert.Equal([["dog"], ["y_"], [], []], [NearestNames.To("dgo", ["cat", "dog"]), NearestNames.To("y", ["y_", "x", "ck"]), NearestNames.To("1", ["x", "ck"]), NearestNames.To("", ["x", "ck"])]);

    [Fact]
    public void The_same_name_in_another_scope_is_near()
    {
        Assert.Equal(["teacher/x"], NearestNames.To("x", ["teacher/x", "teacher/y", "teacherx"]));
        Assert.Equal(["w"], NearestNames.To("some/scope/w", ["w", "other"]));
    }

    [Fact]
    public void A_name_too_long_to_compare_as_a_whole_is_compared_by_its_beginning()
    {
        string longName = new('a', 5000);
        Assert.Equal([longName + "b"], NearestNames.To(longName, [longName + "b", "c"]));
    }
}
