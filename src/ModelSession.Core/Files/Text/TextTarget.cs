using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ModelSessions.Files;

/// <summary>What a text's fields are put into: a message, or an entry of a map, which is no message of its own in C#.</summary>
internal abstract class TextTarget
{
    /// <summary>The fields.</summary>
    public abstract MessageDescriptor Descriptor { get; }

    /// <summary>Whether the field is set; for fields without presence, whether it has another value than its default.</summary>
    public abstract bool Has(FieldDescriptor field);

    /// <summary>The member of the field's oneof that is set; null if none is, or if the field is in none.</summary>
    public abstract FieldDescriptor? SetMember(FieldDescriptor field);

    /// <summary>Sets a field, or adds to a repeated one.</summary>
    public abstract void Put(FieldDescriptor field, object value);

    /// <summary>The message to be filled for a message field: a new one for a repeated field, else the one that is there or a new one.</summary>
    public abstract IMessage Child(FieldDescriptor field);

    /// <summary>A new, empty message.</summary>
    protected static IMessage Create(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    /// <summary>Whether a value is not a default.</summary>
    protected static bool IsSet(object? value) => value switch
    {
        null => false,
        string text => text.Length > 0,
        ByteString bytes => !bytes.IsEmpty,
        bool flag => flag,
        double number => number != 0,
        float number => number != 0,
        Enum number => Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture) != 0,
        IConvertible number => number.ToDecimal(null) != 0,
        _ => true,
    };
}

/// <summary>A message.</summary>
/// <param name="message">Takes the fields.</param>
internal sealed class MessageTarget(IMessage message) : TextTarget
{
    /// <summary>The message.</summary>
    public IMessage Message => message;

    /// <inheritdoc/>
    public override MessageDescriptor Descriptor => message.Descriptor;

    /// <inheritdoc/>
    public override bool Has(FieldDescriptor field) =>
        field.HasPresence ? field.Accessor.HasValue(message) : IsSet(field.Accessor.GetValue(message));

    /// <inheritdoc/>
    public override FieldDescriptor? SetMember(FieldDescriptor field) => field.ContainingOneof?.Accessor.GetCaseFieldDescriptor(message);

    /// <inheritdoc/>
    public override void Put(FieldDescriptor field, object value)
    {
        if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    /// <inheritdoc/>
    public override IMessage Child(FieldDescriptor field)
    {
        if (!field.IsRepeated && field.Accessor.GetValue(message) is IMessage present)
        {
            return present;
        }

        IMessage child = Create(field.MessageType);
        Put(field, child);
        return child;
    }

    /// <summary>Adds an entry to a map, over one of the same key.</summary>
    public void Put(FieldDescriptor map, MapEntryTarget entry) => ((IDictionary)map.Accessor.GetValue(message))[entry.Key] = entry.Value;
}

/// <summary>An entry of a map.</summary>
/// <param name="descriptor">The entry's type.</param>
internal sealed class MapEntryTarget(MessageDescriptor descriptor) : TextTarget
{
    private const int KeyNumber = 1;
    private const int ValueNumber = 2;

    private readonly object?[] _slots = new object?[ValueNumber + 1];

    /// <summary>The key; its type's default if the text has none.</summary>
    public object Key => _slots[KeyNumber] ?? Default(descriptor.FindFieldByNumber(KeyNumber));

    /// <summary>The value; its type's default if the text has none.</summary>
    public object Value => _slots[ValueNumber] ?? Default(descriptor.FindFieldByNumber(ValueNumber));

    /// <inheritdoc/>
    public override MessageDescriptor Descriptor => descriptor;

    /// <inheritdoc/>
    public override bool Has(FieldDescriptor field) => IsSet(_slots[field.FieldNumber]);

    /// <inheritdoc/>
    public override FieldDescriptor? SetMember(FieldDescriptor field) => null;

    /// <inheritdoc/>
    public override void Put(FieldDescriptor field, object value) => _slots[field.FieldNumber] = value;

    /// <inheritdoc/>
    public override IMessage Child(FieldDescriptor field)
    {
        object child = _slots[field.FieldNumber] ?? Create(field.MessageType);
        _slots[field.FieldNumber] = child;
        return (IMessage)child;
    }

    private static object Default(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Create(field.MessageType),
        FieldType.String => "",
        FieldType.Bytes => ByteString.Empty,
        FieldType.Bool => false,
        FieldType.Double => 0d,
        FieldType.Float => 0f,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 0L,
        FieldType.UInt64 or FieldType.Fixed64 => 0UL,
        FieldType.UInt32 or FieldType.Fixed32 => 0U,
        _ => 0,
    };
}
