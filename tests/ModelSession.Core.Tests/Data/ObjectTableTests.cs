using System.Collections;
using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

/// <summary>Objects as rows.</summary>
public sealed class ObjectTableTests
{
    [Fact]
    public void Lists_of_numbers_are_columns_of_several_numbers()
    {
        ModelDataset data = Of(List(1, 2.5, -3f), new List<long> { 4, 5, 6 }, new byte[] { 7, 8, 9 }).ToDataset();
        DataColumn[] columns = [.. data.Train.Contract!.Columns];
        Assert.Equal([3, 1], columns.Select(column => column.Size));
        Assert.Equal([1, 2.5, -3, 0, 4, 5, 6, 1, 7, 8, 9, 2], data.Train.Inputs());
        Assert.Equal([0, 1, 0], data.Train.Labels());
        // The same contract takes such rows for a prediction.
        Assert.Equal([1f, 2, 3, 7], data.Train.Contract.Encode([[new("v", Ints(1, 2, 3)), new("n", 7)]]).Span<float>().ToArray());
    }

    [Fact]
    public void Columns_that_differ_by_case_only_are_refused() =>
        Assert.Contains("two columns have this name", Assert.Throws<ModelFileException>(() => new ObjectTable().Add([new("a", 1), new("A", 2)])).Message, StringComparison.Ordinal);

    [Fact]
    public void What_counts_without_an_end_is_no_value() =>
        Assert.Contains("column 'v'", Assert.Throws<ModelFileException>(() => Of(Enumerable.InfiniteSequence(0, 1)).ToDataset()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_list_is_a_missing_value()
    {
        ObjectTable table = Of(null, Ints(1, 2), null);
        Assert.Equal([8, 8, 0, 1, 2, 1, 8, 8, 2], table.ToDataset(new TableOptions { MissingFill = 8 }).Train.Inputs());
        // The text that objects become has lines, but nobody has seen them.
        Assert.StartsWith("row 1, column 'v': the value is missing", Assert.Throws<ModelFileException>(() => table.ToDataset()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_no_value_is_an_error_with_row_and_column(object value, string message)
    {
        ObjectTable table = Of(Ints(1, 2), value, "x");
        ModelFileException error = Assert.Throws<ModelFileException>(() => table.ToDataset());
        Assert.StartsWith($"row 2, column 'v': {message}", error.Message, StringComparison.Ordinal);
        Assert.Equal(("v", 2L), (error.Column, error.Row));
        Assert.Equal([0, 1, 2], table.ToDataset(new TableOptions { Excluded = ["v"] }).Train.Inputs());
    }

    public static TheoryData<object, string> Wrong => new()
    {
        { Ints(1, 2, 3), "it is a list of 3 numbers, but a list of 2 numbers in the rows before" },
        { 1, "it is one value, but a list of 2 numbers in the rows before" },
        { Array.Empty<object>(), "it is an empty list" },
        { List(1, "red"), "it is a list in which 'red' is no number" },
        { List(1, null), "it is a list in which $null is no number" },
        { List(Ints(1), Ints(2)), "it is a list of lists" },
        { new int[1, 2], "it is a list of lists" },
        { new Hashtable { ["a"] = 1 }, "it is an object (Hashtable) and no value" },
        { new object(), "it is an object (Object) and no value" },
    };

    private static int[] Ints(params int[] values) => values;

    private static object?[] List(params object?[] values) => values;

    private static ObjectTable Of(params object?[] values)
    {
        ObjectTable table = new();
        for (int i = 0; i < values.Length; i++)
        {
            table.Add([new("v", values[i]), new("n", i), new("label", i % 2)]);
        }

        return table;
    }
}
