using System.Globalization;
using System.Text;

namespace ModelSessions.PowerShell;

/// <summary>Values of a run as scripts want them: a scalar is a number, a truth value or a text of .NET's, anything else stays a tensor.</summary>
internal static class FetchedValue
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The value of a scalar, of narrow floats as a float; the tensor itself where it is none, or holds a handle.</summary>
    public static object Of(Tensor tensor)
    {
        if (tensor.Shape.Rank > 0 || tensor.DType is DType.Resource or DType.Variant)
        {
            return tensor;
        }

        return tensor.DType == DType.String ? Text(tensor.StringBytes(0).ToArray()) : Number(tensor.ToArray().GetValue(0)!);
    }

    // PowerShell knows no arithmetic of halves and of the other narrow floats; as a float each is the same number.
    private static object Number(object element) => element is IConvertible or System.Numerics.Complex or Complex64
        ? element
        : float.Parse(Convert.ToString(element, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);

    private static object Text(byte[] content)
    {
        try
        {
            return s_strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return content;
        }
    }
}
