using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ModelSessions.Files;

/// <summary>Writes the text form of a message, byte for byte as Python's text_format does.</summary>
/// <param name="text">Takes the text.</param>
internal sealed class TextPrinter(TextWriter text)
{
    private int _indent;

    /// <summary>Writes a message's fields in the order of their numbers; maps are sorted by key.</summary>
    public void Print(IMessage message)
    {
        if (message is Any any && TryPrintAny(any))
        {
            return;
        }

        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsMap)
            {
                PrintMap(field, (IDictionary)field.Accessor.GetValue(message));
            }
            else if (field.IsRepeated)
            {
                foreach (object item in (IList)field.Accessor.GetValue(message))
                {
                    PrintField(field, item);
                }
            }
            else if (!field.HasPresence)
            {
                PrintIfSet(field, field.Accessor.GetValue(message));
            }
            else if (field.Accessor.HasValue(message))
            {
                PrintField(field, field.Accessor.GetValue(message));
            }
        }
    }

    private bool TryPrintAny(Any any)
    {
        int slash = any.TypeUrl.LastIndexOf('/');
        MessageDescriptor? type = slash < 0 ? null : TextTypes.Find(any.TypeUrl[(slash + 1)..]);
        if (type is null)
        {
            return false;
        }

        IMessage packed;
        try
        {
            packed = type.Parser.ParseFrom(any.Value);
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            // Not what it says it is. Python gives up here; the two fields as they are lose nothing.
            return false;
        }

        Indent();
        text.Write($"[{any.TypeUrl}] ");
        PrintBlock(() => Print(packed));
        return true;
    }

    private void PrintMap(FieldDescriptor field, IDictionary map)
    {
        FieldDescriptor key = field.MessageType.FindFieldByNumber(1);
        FieldDescriptor value = field.MessageType.FindFieldByNumber(2);
        foreach (object name in map.Keys.Cast<object>().Order(KeyOrder.Instance))
        {
            Indent();
            text.Write(field.Name);
            text.Write(' ');
            PrintBlock(() =>
            {
                PrintIfSet(key, name);
                PrintIfSet(value, map[name]!);
            });
        }
    }

    private void PrintIfSet(FieldDescriptor field, object value)
    {
        if (!IsDefault(value))
        {
            PrintField(field, value);
        }
    }

    private void PrintField(FieldDescriptor field, object value)
    {
        Indent();
        text.Write(field.Name);
        if (value is IMessage message)
        {
            text.Write(' ');
            PrintBlock(() => Print(message));
            return;
        }

        text.Write(": ");
        PrintValue(field, value);
        text.Write('\n');
    }

    private void PrintValue(FieldDescriptor field, object value)
    {
        switch (value)
        {
            case string or ByteString:
                text.Write('"');
                TextEscapes.Print(value is ByteString bytes ? bytes.Span : Encoding.UTF8.GetBytes((string)value), text);
                text.Write('"');
                break;
            case bool flag:
                text.Write(flag ? "true" : "false");
                break;
            case double number:
                text.Write(TextNumbers.Print(number));
                break;
            case float number:
                text.Write(TextNumbers.Print(number));
                break;
            default:
                string digits = field.FieldType == FieldType.Enum
                    ? Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
                    : Convert.ToString(value, CultureInfo.InvariantCulture)!;
                text.Write(field.FieldType == FieldType.Enum && field.EnumType.FindValueByNumber(Convert.ToInt32(value, CultureInfo.InvariantCulture)) is { } named ? named.Name : digits);
                break;
        }
    }

    private void PrintBlock(Action print)
    {
        text.Write("{\n");
        _indent += 2;
        print();
        _indent -= 2;
        Indent();
        text.Write("}\n");
    }

    private void Indent()
    {
        for (int i = 0; i < _indent; i++)
        {
            text.Write(' ');
        }
    }

    // -0.0 is no default: its bits are not zero.
    private static bool IsDefault(object value) => value switch
    {
        string letters => letters.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        double number => BitConverter.DoubleToInt64Bits(number) == 0,
        float number => BitConverter.SingleToInt32Bits(number) == 0,
        IMessage => false,
        _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture) == 0,
    };

    /// <summary>Python's order: texts by code points, numbers by value.</summary>
    private sealed class KeyOrder : IComparer<object>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare(object? x, object? y) => x is string a && y is string b
            ? Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))
            : Comparer.Default.Compare(x, y);
    }
}
