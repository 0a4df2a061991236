using System.IO.Compression;
using System.Text;
using ModelSessions.Data;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Data;

public sealed class CsvDataTests : IDisposable
{
    private const string People = "age,sex,member,income\n20,m,true,low\n30,f,false,high\n40,f,true,high\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_become_numbers_by_what_they_hold()
    {
        DatasetPart part = CsvData.Parse(People, new TableOptions { LabelColumns = ["income"] }).Train;
        Assert.Equal([20, 0, 1, 1, 30, 1, 0, 0, 40, 1, 0, 1], part.Inputs());
        Assert.Equal([1, 0, 0], part.Labels());
        Assert.Equal(["high", "low"], part.ClassNames);
        Assert.Equal([ColumnKind.Number, ColumnKind.Category, ColumnKind.Boolean], part.Contract!.Columns.Select(column => column.Kind));
        Assert.Equal(["f", "m"], part.Contract.Columns[1].Values);
    }

    [Fact]
    public void Streamed_and_held_data_are_the_same()
    {
        TableOptions options = new() { LabelColumns = ["-1"], Normalize = true, OneHot = false };
        DatasetPart held = CsvData.Parse(People, options).Train, streamed = CsvData.Parse(People, options with { MemoryLimit = 0 }).Train;
        Assert.Null(held.Layout);
        Assert.NotNull(streamed.Layout);
        Assert.Equal(held.Inputs(), streamed.Inputs());
        Assert.Equal(held.Labels(), streamed.Labels());
        Assert.Equal(held.Contract, streamed.Contract);
        // Mean 30, standard deviation √(200/3).
        Assert.Equal(-10 / Math.Sqrt(200.0 / 3), held.Inputs()[0], 12);
    }

    [Theory]
    [InlineData("a,b\r\n1,2\r\n\r\n3,4")]
    [InlineData("\uFEFFa;b\n1;2\n3;4\n")]
    [InlineData("a\tb\n 1 \t 2\n3\t4\n\n")]
    [InlineData("\"a\",\"b\"\n\"1\",2\n3,\"4\"\n")]
    [InlineData("1,2\n3,4\n")]
    [InlineData("a|b\n+1.0e0|2\n.3e1|4.\n")]
    public void Rows_are_found_in_every_usual_spelling(string text)
    {
        DatasetPart part = CsvData.Parse(text).Train;
        Assert.Equal([1, 2, 3, 4], part.Inputs());
        Assert.False(part.HasLabels);
    }

    [Fact]
    public void Numbers_are_names_where_they_are_said_to_be()
    {
        DatasetPart part = CsvData.Parse("zip,y\n8001,0\n3000,1\n8001,0\n", new TableOptions { LabelColumns = ["y"], Categories = ["zip"] }).Train;
        Assert.Equal((ColumnKind.Category, 2), (part.Contract!.Columns[0].Kind, part.Contract.Columns[0].Width));
        Assert.Equal(["3000", "8001"], part.Contract.Columns[0].Values);
        Assert.Equal([0, 1, 1, 0, 0, 1], part.Inputs());
    }

    [Fact]
    public void Words_for_missing_values_take_the_place_of_the_usual_ones()
    {
        TableOptions options = new() { MissingFill = 9, MissingValues = ["-", "none"] };
        Assert.Equal([1, 9, 9, 4], CsvData.Parse("a,b\n1,-\nnone,4\n", options).Train.Inputs());
        // The usual ones are names then; an empty field is missing always.
        Assert.Equal(ColumnKind.Category, CsvData.Parse("a,b\n1,NA\n2,x\n", options).Train.Contract!.Columns[1].Kind);
        Assert.Equal([1, 9], CsvData.Parse("a,b\n1,\n", options).Train.Inputs());
    }

    [Fact]
    public void Columns_have_the_names_that_they_are_given()
    {
        TableOptions options = new() { ColumnNames = ["left", "right"], LabelColumns = ["right"] };
        DatasetPart named = CsvData.Parse("1,2\n3,4\n", options).Train, renamed = CsvData.Parse("a,b\n1,2\n3,4\n", options with { Header = true }).Train;
        Assert.Equal(["left"], named.Contract!.Columns.Select(column => column.Name));
        Assert.Equal((named.Inputs()[1], named.Labels()[1]), (renamed.Inputs()[1], renamed.Labels()[1]));
        Assert.Contains("there are 2 names for columns, but the first row has 3", Assert.Throws<ModelFileException>(() => CsvData.Parse("1,2,3\n", options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quoted_fields_may_hold_delimiters_quotes_and_line_ends()
    {
        DatasetPart part = CsvData.Parse("name,y\n\"a,b\",0\n\"say \"\"x\"\"\",1\n\"two\nlines\",2\nplain,3\n").Train;
        Assert.Equal(["a,b", "plain", "say \"x\"", "two\nlines"], part.Contract!.Columns[0].Values);
        Assert.Equal([0, 1, 2, 3], part.Labels());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "row 2 (line 3): it has 1 fields, but there are 2 columns")]
    [InlineData("a,b\n1,2\n3,4,5\n", "row 2 (line 3): it has 3 fields")]
    [InlineData("a,b\n\"1\n1\",2\n3\n", "row 2 (line 4)")]
    [InlineData("a,b\n1,2\nx,4\n5,6\n", "row 2 (line 3), column 'a': expected a number, found 'x'")]
    [InlineData("a,b\n1,2\n3,\n", "row 2 (line 3), column 'b': the value is missing")]
    [InlineData("a,b\n1,2\nNA,4\n", "row 2 (line 3), column 'a': the value is missing")]
    [InlineData("a,b\n1,2\nNaN,4\n", "row 2 (line 3), column 'a': the number is NaN")]
    [InlineData("a,b\n1,2\n3,1e999\n", "row 2 (line 3), column 'b': the number is")]
    [InlineData("a,y\n1,2\n3,\n", "row 2 (line 3), column 'y': the label is missing")]
    [InlineData("a;b\n1,5;2\n-2,25;4\n", "'a' holds numbers with a decimal comma (such as '1,5')")]
    [InlineData("a;b\n-1.234,50;2\n12;4\n", "'a' holds numbers with a decimal comma (such as '-1.234,50'). Numbers are read with a point. Rewrite them on the way")]
    [InlineData("a b;b\n1;2\n2;3\n1,5;4\n", "row 3 (line 4), column 'a b': expected a number, found '1,5'. Numbers are read with a point. Rewrite them on the way: Import-Csv … | ForEach-Object { $_.'a b' =")]
    [InlineData("a,b\n2020-01-01,2\n2020-01-02,4\n", "'a' holds dates")]
    [InlineData("a,b\n25.04.2020,2\n1.5.2020,4\n", "'a' holds dates, such as '25.04.2020'")]
    [InlineData("a,a\n1,2\n", "two columns are called 'a'")]
    [InlineData("a,\n1,2\n", "column 2 has no name")]
    [InlineData("a,b\n1,x\n2,1\n", "1 texts (such as 'x') and 1 numbers")]
    [InlineData("a,b\n1,inf\n2,1\n", "1 texts (such as 'inf') and 1 numbers")]
    [InlineData("a,b\n", "no rows")]
    [InlineData("", "no rows")]
    public void Wrong_data_are_refused_with_their_place(string text, string message)
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => CsvData.Parse(text));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
    }

    [Theory]
    [InlineData("1,{0:0000}", "'a' holds numbers with a decimal comma (such as '1,0000')")]
    [InlineData("2020-01-01T00:{1:00}:{2:00}", "'a' holds dates, such as '2020-01-01T00:00:00'")]
    [InlineData("x{0}", "'a' holds more than 1,000 different texts, too many for names of a category. Leave it out: -Exclude 'a'.")]
    public void A_column_of_very_many_texts_is_told_for_what_it_is(string form, string message)
    {
        string rows = string.Concat(Enumerable.Range(0, 1500).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i, i / 60, i % 60) + ";1\n"));
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => CsvData.Parse($"a;b\n{rows}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_with_a_decimal_comma_are_no_classes_unless_they_are_called_so()
    {
        Assert.StartsWith("The labels are numbers with a decimal comma, such as '2,5'.", Assert.Throws<ArgumentException>(() => CsvData.Parse("a;y\n1;2,5\n2;3\n")).Message, StringComparison.Ordinal);
        Assert.Equal(["2,5", "3,5"], CsvData.Parse("a;y\n1;2,5\n2;3,5\n", new TableOptions { LabelKind = LabelKind.Class }).Train.ClassNames);
    }

    [Fact]
    public void Labels_out_of_range_are_refused_with_their_place()
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => CsvData.Parse("a,y\n1,0\n1,2\n", new TableOptions { ClassNames = ["no", "yes"] }));
        Assert.Equal((2L, "y"), (error.Row, error.Column));
        Assert.Contains("the label is '2'; the classes are no, yes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MissingPolicy.Zero, null, new double[] { 1, 0, 4 })]
    [InlineData(MissingPolicy.Mean, null, new double[] { 1, 2.5, 4 })]
    [InlineData(MissingPolicy.Refuse, 7.0, new double[] { 1, 7, 4 })]
    [InlineData(MissingPolicy.DropRow, null, new double[] { 1, 4 })]
    public void Missing_values_become_what_is_asked_for(MissingPolicy policy, double? fill, double[] expected)
    {
        TableOptions options = new() { Missing = policy, MissingFill = fill };
        Assert.Equal(expected, CsvData.Parse("a,y\n1,0\n?,1\n4,0\n", options).Train.Inputs());
        Assert.Equal(expected, CsvData.Parse("a,y\n1,0\n?,1\n4,0\n", options with { MemoryLimit = 0 }).Train.Inputs());
    }

    [Theory]
    [InlineData("0\n1\n2", LabelKind.Automatic, 3)]
    [InlineData("0.5\n1\n2", LabelKind.Automatic, null)]
    [InlineData("0\n-1\n2", LabelKind.Automatic, null)]
    [InlineData("0\n1\n250000", LabelKind.Automatic, null)]
    [InlineData("0\n1\n2", LabelKind.Number, null)]
    [InlineData("true\nfalse\ntrue", LabelKind.Automatic, 2)]
    public void Whole_numbers_and_texts_are_classes(string labels, LabelKind kind, int? classes)
    {
        string[] rows = labels.Split('\n');
        Assert.Equal(classes, CsvData.Parse($"a,y\n1,{rows[0]}\n2,{rows[1]}\n3,{rows[2]}", new TableOptions { LabelKind = kind }).Train.ClassCount);
    }

    [Fact]
    public void Columns_are_chosen_by_name_pattern_and_number()
    {
        const string text = "id,x1,x2,z,y\n7,1,2,9,0\n8,3,4,9,1\n";
        Assert.Equal([1, 2, 3, 4], CsvData.Parse(text, new TableOptions { Features = ["x*"] }).Train.Inputs());
        Assert.Equal([9, 2, 9, 4], CsvData.Parse(text, new TableOptions { Features = ["z", "3"] }).Train.Inputs());
        Assert.Equal([1, 2, 3, 4], CsvData.Parse(text, new TableOptions { Excluded = ["ID", "z"] }).Train.Inputs());
        Assert.Equal([1, 2, 9, 0, 3, 4, 9, 1], CsvData.Parse(text, new TableOptions { LabelColumns = ["id"] }).Train.Inputs());
        Assert.Contains("'x1'", Assert.Throws<ArgumentException>(() => CsvData.Parse(text, new TableOptions { LabelColumns = ["x11"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_is_by_seed_and_the_scale_is_learnt_from_the_training_part()
    {
        string text = "a,y\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{i % 2}\n"));
        TableOptions options = new() { Split = new DataSplit(0.2, 0.1, Seed: 3), MemoryLimit = 0 };
        ModelDataset data = CsvData.Parse(text, options), again = CsvData.Parse(text, options), other = CsvData.Parse(text, options with { Split = options.Split with { Seed = 4 } });
        Assert.Equal((70L, 20L, 10L), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), data.Train.Inputs().Concat(data.Validation.Inputs()).Concat(data.Test.Inputs()).Order());
        Assert.Equal(data.Test.Inputs(), again.Test!.Inputs());
        Assert.NotEqual(data.Test.Inputs(), other.Test!.Inputs());
        DataColumn column = CsvData.Parse(text, options with { Normalize = true }).Contract!.Columns[0];
        Assert.Equal(data.Train.Inputs().Average(), column.Mean, 12);
    }

    [Fact]
    public void Files_for_tests_are_read_as_those_that_are_learnt_from()
    {
        string train = Write("train.csv", People), test = Write("test.csv", "income,member,age,sex\nhigh,true,50,m\n");
        TableOptions options = new() { LabelColumns = ["income"], Normalize = true };
        ModelDataset data = CsvData.Read([train], options, test: [test]);
        Assert.Equal(data.Contract, data.Test!.Contract);
        Assert.Equal((50 - 30) / Math.Sqrt(200.0 / 3), data.Test.Inputs()[0], 12);
        Assert.Equal([0], data.Test.Labels());
        string wrong = Write("wrong.csv", "income,member,age,sex\nhigh,true,50,x\n");
        ModelFileException error = Assert.Throws<ModelFileException>(() => CsvData.Read([train], options, test: [wrong]));
        Assert.Equal((wrong, 1L, "sex"), (error.Path, error.Row, error.Column));
    }

    [Fact]
    public void Several_files_are_one_dataset_and_packed_ones_are_read_as_they_are()
    {
        string first = Write("1.csv", "a,y\n1,0\n2,1\n"), second = Write("2.csv.gz", "a,y\n3,0\n", pack: true);
        DatasetPart part = CsvData.Read([first, second], new TableOptions { MemoryLimit = 0 }).Train;
        Assert.Equal([1, 2, 3], part.Inputs());
        Assert.Equal([3, 1, 2], part.Inputs(2, 0, 1));
        Assert.True(part.Layout!.IsSequential);
        string other = Write("3.csv", "b,y\n3,0\n");
        Assert.Contains("its columns are b, y", Assert.Throws<ModelFileException>(() => CsvData.Read([first, other])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_changed_is_not_read_on()
    {
        string path = Write("a.csv", "a,y\n1,0\n2,1\n");
        DatasetPart part = CsvData.Read([path], new TableOptions { MemoryLimit = 0 }).Train;
        File.AppendAllText(path, "3,1\n");
        Assert.Contains("changed", Assert.Throws<ModelFileException>(() => part.Inputs()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_end_is_refused_in_bounded_memory()
    {
        string path = _folder["endless.csv"];
        using (StreamWriter writer = new(path))
        {
            writer.Write("a,b\n1,\"");
            for (int i = 0; i < 80; i++)
            {
                writer.Write(new string('x', 1 << 20));
            }
        }

        long before = GC.GetTotalAllocatedBytes();
        ModelFileException error = Assert.Throws<ModelFileException>(() => CsvData.Read([path]));
        Assert.Contains("row 1 (line 2) is longer than 32 MiB. A quote may have been opened", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 400 << 20);
    }

    [Fact]
    public void Text_of_another_encoding_and_what_is_no_text_are_refused()
    {
        string path = _folder["utf16.csv"];
        File.WriteAllText(path, People, Encoding.Unicode);
        Assert.Contains("UTF-16", Assert.Throws<ModelFileException>(() => CsvData.Read([path])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [1, 0, 0, 0, 10, 2, 0]);
        Assert.Contains("no text", Assert.Throws<ModelFileException>(() => CsvData.Read([path])).Message, StringComparison.Ordinal);
    }

    // 40,000 rows are many blocks; the order of the rows that are taken says nothing to the numbers.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_many_blocks_are_found_wherever_they_stand(bool pack)
    {
        string text = "a,b,y\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i},{i * 0.5},{i % 7}\n"));
        string path = Write(pack ? "many.csv.gz" : "many.csv", text, pack);
        DatasetPart part = CsvData.Read([path], new TableOptions { MemoryLimit = 0 }).Train;
        Assert.Equal(40_000, part.Count);
        Assert.True(part.Layout!.BlockCount > 5);
        long[] rows = [0, 39_999, 12_345, 4_095, 4_096, 20_000, 1];
        Assert.Equal(rows.SelectMany(row => new[] { row, row * 0.5 }), part.Inputs(rows));
        Assert.Equal(7, part.ClassCount);
    }

    private string Write(string name, string text, bool pack = false)
    {
        string path = _folder[name];
        using Stream stream = pack ? new GZipStream(File.Create(path), CompressionLevel.Fastest) : File.Create(path);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
