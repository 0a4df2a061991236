using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelSessions.PowerShell;

/// <summary>Values of PowerShell as tensors: numbers, strings, lists of lists, arrays of any rank; where strings are wanted, an array of bytes is
/// one: a file's content.</summary>
internal static class TensorArgument
{
    /// <summary>The tensor that a value means where one of a type is wanted.</summary>
    /// <exception cref="ArgumentException">It holds something else than that type, or lists of different lengths.</exception>
    public static Tensor Convert(object? value, DType type, string name)
    {
        if (Tables.Plain(value) is Tensor tensor)
        {
            return tensor;
        }

        // What has the type already is copied as it lies: large inputs come so.
        if (Tables.Plain(value) is Array whole && !type.IsObject() && whole.GetType().GetElementType() == type.ElementType())
        {
            return Copy(whole, type, [.. Enumerable.Range(0, whole.Rank).Select(whole.GetLongLength)]);
        }

        List<object> elements = [];
        bool strings = type == DType.String;
        long[] lengths = [.. LengthsOf(Tables.Plain(value), strings, name)];
        Gather(Tables.Plain(value), lengths, elements, name);
        Shape shape = Shape.Create(lengths);
        return strings ? Strings(elements, shape) : Numbers(elements, type, shape, name);
    }

    /// <summary>Tensors of one type and shape as one, with a first dimension that counts them.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors)
    {
        Tensor all = Tensor.Uninitialized(tensors[0].DType, Shape.Create([tensors.Count, .. tensors[0].Shape]));
        int at = 0;
        foreach (Tensor tensor in tensors)
        {
            if (all.DType.IsObject())
            {
                tensor.Objects.CopyTo(all.Objects[at..]);
                at += (int)tensor.ElementCount;
            }
            else
            {
                tensor.Bytes().CopyTo(all.Bytes()[at..]);
                at += (int)tensor.ByteLength;
            }
        }

        return all;
    }

    private static Tensor Strings(List<object> elements, Shape shape)
    {
        Tensor tensor = Tensor.Zeros(DType.String, shape);
        for (int i = 0; i < elements.Count; i++)
        {
            tensor.Objects[i] = elements[i] is byte[] content ? content.Clone() : Encoding.UTF8.GetBytes(LanguagePrimitives.ConvertTo<string>(elements[i]));
        }

        return tensor;
    }

    // The first list at each level says how long all are.
    private static List<long> LengthsOf(object? value, bool strings, string name)
    {
        List<long> lengths = [];
        while (value is IList list and not Array { Rank: > 1 } && !(strings && value is byte[]))
        {
            lengths.Add(lengths.Count < Nesting.Deepest ? list.Count : throw Nesting.TooDeep($"The value for '{name}'"));
            value = list.Count > 0 ? Tables.Plain(list.Cast<object?>().First()) : null;
        }

        return value is Array { Rank: > 1 } grid ? [.. lengths, .. Enumerable.Range(0, grid.Rank).Select(grid.GetLongLength)] : lengths;
    }

    // Depth first, so that elements come row by row.
    private static void Gather(object? value, ReadOnlySpan<long> lengths, List<object> elements, string name)
    {
        switch (value)
        {
            case Array { Rank: > 1 } grid when lengths.SequenceEqual([.. Enumerable.Range(0, grid.Rank).Select(grid.GetLongLength)]):
                elements.AddRange(grid.Cast<object>());
                break;
            case IList list and not Array { Rank: > 1 } when lengths.Length > 0 && list.Count == lengths[0]:
                foreach (object? item in list)
                {
                    Gather(Tables.Plain(item), lengths[1..], elements, name);
                }

                break;
            case byte[] or (not IList and not null) when lengths.Length == 0:
                elements.Add(value);
                break;
            default:
                throw new ArgumentException($"The value for '{name}' is no tensor: {(value is null ? "it holds $null" : "its lists are not all of one length")}.");
        }
    }

    private static Tensor Numbers(List<object> elements, DType type, Shape shape, string name)
    {
        if (type.IsObject() || type is DType.Complex64 or DType.Complex128)
        {
            throw new ArgumentException($"'{name}' takes {type.Name()}; give a [ModelSessions.Tensor] of it.");
        }

        Array array = Array.CreateInstance(type.ElementType(), elements.Count);
        for (int i = 0; i < array.Length; i++)
        {
            array.SetValue(Number(elements[i], type, name), i);
        }

        return Copy(array, type, shape);
    }

    private static Tensor Copy(Array array, DType type, Shape shape)
    {
        Tensor tensor = Tensor.Uninitialized(type, shape);
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), checked((int)tensor.ByteLength)).CopyTo(tensor.Bytes());
        return tensor;
    }

    private static object Number(object value, DType type, string name)
    {
        if (Numerals.HasComma(value))
        {
            throw new ArgumentException($"'{name}' takes {type.Name()}; '{value}' is none: decimals are written with a point, thousands without a mark.");
        }

        try
        {
            return type switch
            {
                DType.Float16 => (Half)Convert<double>(value),
                DType.BFloat16 => (BFloat16)Convert<float>(value),
                _ => LanguagePrimitives.ConvertTo(value, type.ElementType(), CultureInfo.InvariantCulture),
            };
        }
        catch (PSInvalidCastException error)
        {
            throw new ArgumentException($"'{name}' takes {type.Name()}; '{value}' is none.", error);
        }
    }

    private static T Convert<T>(object value) => (T)LanguagePrimitives.ConvertTo(value, typeof(T), CultureInfo.InvariantCulture);
}
