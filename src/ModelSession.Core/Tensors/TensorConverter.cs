using System.ComponentModel;
using System.Globalization;

namespace ModelSessions;

/// <summary>Lets PowerShell take a tensor of one element for a number: <c>[double]$run.loss</c>, <c>0.1 -gt $run.loss</c>.</summary>
internal sealed class TensorConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => false;

    /// <inheritdoc/>
    public override bool CanConvertTo(ITypeDescriptorContext? context, Type? destinationType) =>
        destinationType is { IsPrimitive: true } || destinationType == typeof(decimal);

    /// <inheritdoc/>
    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType)
    {
        if (value is not Tensor tensor || !CanConvertTo(context, destinationType))
        {
            return base.ConvertTo(context, culture, value, destinationType);
        }

        if (tensor.ElementCount != 1)
        {
            throw new InvalidCastException($"A tensor of one element can be taken for a number; this is {tensor.Describe()}. Its elements are a list by ToArray().");
        }

        return Convert.ChangeType(Element(tensor), destinationType, CultureInfo.InvariantCulture);
    }

    /// <summary>The number of a tensor of one element.</summary>
    internal static double Number(Tensor tensor) => Convert.ToDouble(Element(tensor), CultureInfo.InvariantCulture);

    private static object Element(Tensor tensor)
    {
        object element = tensor.ToArray().GetValue(0)!;
        // Halves and the small floats of machine learning are no IConvertible; as a text they are the same number.
        return element is IConvertible ? element : double.Parse(Convert.ToString(element, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);
    }
}
