using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Objects and arrays of PowerShell as data.</summary>
internal static class DatasetArguments
{
    /// <summary>The columns of an object: the entries of a table, the properties of anything else.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Row(PSObject? row)
    {
        object plain = Tables.Plain(row) ?? throw new ArgumentException("A row is $null; rows are objects with properties, or tables.");
        return plain switch
        {
            IDictionary table => Tables.Entries(table).Select(entry => KeyValuePair.Create($"{entry.Key}", Value(entry.Value))),
            string or ValueType => throw new ArgumentException($"'{plain}' is no row; rows are objects with properties, or tables. Files are given by -Path."),
            _ => row!.Properties.Where(property => property.MemberType is PSMemberTypes.NoteProperty or PSMemberTypes.Property)
                .Select(property => KeyValuePair.Create(property.Name, Value(property.Value))),
        };
    }

    private static object? Value(object? value) => Tables.Plain(value) is var plain && plain is object?[] list ? Array.ConvertAll(list, Tables.Plain) : plain;

    /// <summary>Arrays as a dataset.</summary>
    public static ModelDataset Arrays(object? inputs, object? labels, TableOptions options) =>
        ArrayData.From(Of(inputs, "InputArray"), labels is null ? null : Of(labels, "LabelArray"), options);

    /// <summary>An array of raw numbers or texts, in the type that it has.</summary>
    public static Tensor Of(object? value, string name)
    {
        object? first = Tables.Plain(value);
        for (int depth = 0; first is IList { Count: > 0 } list; depth++)
        {
            if (depth == Nesting.Deepest)
            {
                throw Nesting.TooDeep($"The value for '{name}'");
            }

            // Not by its number: arrays may begin with another than 0.
            first = Tables.Plain(list.Cast<object?>().First());
        }

        DType type = first switch
        {
            byte => DType.UInt8,
            string => DType.String,
            double or decimal => DType.Float64,
            float => DType.Float32,
            long or uint or ulong => DType.Int64,
            bool => DType.Int32,
            _ => name == "LabelArray" ? DType.Int32 : DType.Float64,
        };
        // A list that begins with a whole number may go on with others.
        try
        {
            return TensorArgument.Convert(value, type == DType.Int32 && name == "LabelArray" && HasFractions(value, 0) ? DType.Float64 : type, name);
        }
        catch (ArgumentException) when (type is DType.UInt8 or DType.Int64)
        {
            return TensorArgument.Convert(value, DType.Float64, name);
        }
    }

    private static bool HasFractions(object? value, int depth) => Tables.Plain(value) switch
    {
        IList when depth == Nesting.Deepest => false,
        IList list => list.Cast<object?>().Any(item => HasFractions(item, depth + 1)),
        double or float or decimal => true,
        _ => false,
    };
}
