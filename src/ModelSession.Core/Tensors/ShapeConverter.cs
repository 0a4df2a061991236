using System.Collections;
using System.ComponentModel;
using System.Globalization;

namespace ModelSessions;

/// <summary>Lets PowerShell give a shape as it gives a list: <c>@(-1, 784)</c>, or a number for a vector's.</summary>
internal sealed class ShapeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(int) || sourceType == typeof(long) || (sourceType.IsArray && sourceType.GetArrayRank() == 1);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => value switch
    {
        int or long => new Shape(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        IEnumerable sizes => new Shape([.. sizes.Cast<object>().Select(size => Convert.ToInt64(size, CultureInfo.InvariantCulture))]),
        _ => base.ConvertFrom(context, culture, value),
    };
}
