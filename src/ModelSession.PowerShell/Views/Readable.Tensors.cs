using System.Collections;
using System.Globalization;

namespace ModelSessions.PowerShell;

/// <content>Values of tensors.</content>
public static partial class Readable
{
    /// <summary>The first elements of a tensor, <c>0.1, 0.2, 0.3, …</c>; of one that comes from another process what is left of it; nothing
    /// for null.</summary>
    public static string Value(object? value) => Tables.Plain(value) is Tensor tensor ? Value(tensor) : $"{value}";

    private static string Value(Tensor tensor)
    {
        const int most = 4;
        if (tensor.DType is DType.Resource or DType.Variant)
        {
            return "";
        }

        TensorSelection first = TensorSelection.Parse($"0:{most}");
        Tensor row = tensor.Shape.Rank == 0 ? tensor : first.In([tensor.ElementCount]).Take(tensor.Reshape([tensor.ElementCount]));
        IEnumerable<string?> elements = row.ToArray().Cast<object>().Select(element => element switch
        {
            float or double or Half => Number(element is Half half ? (double)half : System.Convert.ToDouble(element, CultureInfo.InvariantCulture)),
            _ => System.Convert.ToString(element, CultureInfo.InvariantCulture),
        });
        return string.Join(", ", elements) + (tensor.ElementCount > most ? ", …" : "");
    }

    /// <summary>A shape, <c>[?, 10]</c>; of one that comes from another process the numbers are left.</summary>
    public static string Shape(object? shape) => Tables.Plain(shape) is IList numbers
        ? $"[{string.Join(", ", numbers.Cast<object>().Select(size => $"{size}" is "-1" ? "?" : $"{size}"))}]"
        : $"{shape}";

    /// <summary>A tensor in a text or as a property: the value of a scalar, of others what they are and how they begin.</summary>
    public static string Text(System.Management.Automation.PSObject? instance) => instance?.BaseObject switch
    {
        Tensor { DType: DType.Resource or DType.Variant } tensor => tensor.ToString(),
        Tensor { Shape.Rank: 0 } tensor => Value(tensor),
        Tensor tensor => $"{tensor.Describe()}: {Value(tensor)}",
        _ => "",
    };
}
