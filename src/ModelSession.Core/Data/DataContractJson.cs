using System.Text.Json;

namespace ModelSessions.Data;

/// <summary>A data contract as JSON; what is as usual is left out.</summary>
internal static class DataContractJson
{
    private const int LargestRank = 32;

    /// <summary>Writes a contract's members into an object.</summary>
    public static void Write(Utf8JsonWriter writer, DataContract contract)
    {
        if (contract.Columns.Count > 0)
        {
            writer.WriteStartArray("columns");
            foreach (DataColumn column in contract.Columns)
            {
                Write(writer, column);
            }

            writer.WriteEndArray();
        }

        Numbers(writer, "shape", [.. contract.Shape.Dimensions.ToArray().Select(size => (double)size)], always: true);
        if (contract.Image is { } image)
        {
            writer.WriteStartObject("image");
            writer.WriteNumber("channels", image.Channels);
            writer.WriteString("order", image.Order.ToString().ToLowerInvariant());
            writer.WriteEndObject();
        }

        Numbers(writer, "mean", contract.Mean);
        Numbers(writer, "deviation", contract.Deviation);
        Strings(writer, "labels", contract.Labels);
        if (contract.ClassCount is { } classes)
        {
            writer.WriteNumber("classes", classes);
        }

        Strings(writer, "names", contract.ClassNames);
    }

    /// <summary>Reads a contract.</summary>
    /// <exception cref="FormatException">It is damaged, or says what makes no sense.</exception>
    public static DataContract Read(JsonElement root)
    {
        try
        {
            long[] shape = [.. root.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            DataContract contract = new()
            {
                Columns = root.TryGetProperty("columns", out JsonElement columns) ? [.. columns.EnumerateArray().Select(ReadColumn)] : [],
                Shape = shape.Length <= LargestRank ? Shape.Create(shape) : throw new FormatException(),
                Image = root.TryGetProperty("image", out JsonElement image) ? ReadImage(image, shape) : null,
                Mean = Numbers(root, "mean"),
                Deviation = Numbers(root, "deviation"),
                Labels = Strings(root, "labels"),
                ClassCount = root.TryGetProperty("classes", out JsonElement classes) ? classes.GetInt32() : null,
                ClassNames = Strings(root, "names"),
            };
            return contract.Deviation.All(value => value != 0) && HasFittingScale(contract) && contract.Columns.All(column => column.Deviation != 0 && column.Size > 0)
                && shape.All(size => size >= 0) && (contract.Columns.Count == 0 || contract.Columns.Sum(column => (long)column.Width) == contract.Shape.ElementCount)
                ? contract
                : throw new FormatException();
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    // Of a damaged file, numbers would be missing where examples are scaled.
    private static bool HasFittingScale(DataContract contract)
    {
        long each = contract.Image?.Channels ?? contract.Shape.ElementCount;
        return new[] { contract.Mean, contract.Deviation }.All(numbers => numbers.Count is 0 or 1 || numbers.Count == each);
    }

    private static ImageForm ReadImage(JsonElement image, long[] shape)
    {
        int channels = image.GetProperty("channels").GetInt32();
        ImageForm form = shape.Length == 3 && shape[2] == channels && Enum.TryParse(image.GetProperty("order").GetString(), ignoreCase: true, out ChannelOrder order)
            ? new ImageForm(checked((int)shape[0]), checked((int)shape[1]), channels, order)
            : throw new FormatException();
        form.Check();
        return form;
    }

    private static void Write(Utf8JsonWriter writer, DataColumn column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("kind", column.Kind.ToString().ToLowerInvariant());
        Number(writer, "size", column.Size, 1);
        Strings(writer, "values", column.Values);
        if (column.OneHot)
        {
            writer.WriteBoolean("one_hot", true);
        }

        Number(writer, "mean", column.Mean, 0);
        Number(writer, "deviation", column.Deviation, 1);
        Number(writer, "fill", column.Fill ?? double.NaN, double.NaN);
        writer.WriteEndObject();
    }

    private static DataColumn ReadColumn(JsonElement column) => new(
        column.GetProperty("name").GetString()!,
        Enum.TryParse(column.GetProperty("kind").GetString(), ignoreCase: true, out ColumnKind kind) ? kind : throw new FormatException())
    {
        Size = column.TryGetProperty("size", out JsonElement size) ? size.GetInt32() : 1,
        Values = Strings(column, "values"),
        OneHot = column.TryGetProperty("one_hot", out JsonElement oneHot) && oneHot.GetBoolean(),
        Mean = column.TryGetProperty("mean", out JsonElement mean) ? mean.GetDouble() : 0,
        Deviation = column.TryGetProperty("deviation", out JsonElement deviation) ? deviation.GetDouble() : 1,
        Fill = column.TryGetProperty("fill", out JsonElement fill) ? fill.GetDouble() : null,
    };

    private static void Number(Utf8JsonWriter writer, string name, double value, double usual)
    {
        if (!value.Equals(usual))
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Numbers(Utf8JsonWriter writer, string name, IReadOnlyList<double> values, bool always = false)
    {
        if (values.Count > 0 || always)
        {
            writer.WriteStartArray(name);
            foreach (double value in values)
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
        }
    }

    private static void Strings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (string value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }
    }

    private static double[] Numbers(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement values) ? [.. values.EnumerateArray().Select(value => value.GetDouble())] : [];

    private static string[] Strings(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement values) ? [.. values.EnumerateArray().Select(value => value.GetString() ?? throw new FormatException())] : [];
}
