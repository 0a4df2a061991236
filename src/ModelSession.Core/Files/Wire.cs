using System.Collections.Concurrent;
using System.Text.Unicode;
using Google.Protobuf.Reflection;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Finds texts that are not UTF-8 in the binary form of a message, and fields of no kind. TensorFlow refuses such a message; the parser of
/// C# would put other letters in, or pass over them.</summary>
internal static class Wire
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int StartGroup = 3;
    private const int EndGroup = 4;
    private const int Fixed32 = 5;

    private static readonly ConcurrentDictionary<MessageDescriptor, Dictionary<int, FieldDescriptor>> s_fields = [];

    /// <summary>The place of the first such text or field, or of a length that leads out of the message; −1 if there is none.</summary>
    /// <param name="message">The message; it has been parsed, so that it is not too deep.</param>
    /// <param name="type">Its type.</param>
    /// <param name="open">Shown the attributes of nodes.</param>
    public static int FindBadText(ReadOnlySpan<byte> message, MessageDescriptor type, OpenAttributes? open = null)
    {
        Dictionary<int, FieldDescriptor> fields = s_fields.GetOrAdd(type, Deep);
        int group = 0;
        for (int at = 0; at < message.Length;)
        {
            ulong tag = ReadVarint(message, ref at);
            int wire = (int)(tag & 7);
            if (wire > Fixed32)
            {
                // No such kind of field; the parser of C# passes over it.
                return at;
            }

            group += wire switch { StartGroup => 1, EndGroup => -1, _ => 0 };
            if (wire != Delimited)
            {
                Skip(message, ref at, wire);
                continue;
            }

            ulong stated = ReadVarint(message, ref at);
            if (stated > (ulong)(message.Length - at))
            {
                // The parser of C# takes no more than 32 bits of a number, and so may have taken another length for it.
                return at;
            }

            int length = (int)stated;
            if (group == 0 && fields.TryGetValue((int)(tag >> 3), out FieldDescriptor? field))
            {
                if (open is not null && field.FieldNumber == NodeDef.AttrFieldNumber && type == NodeDef.Descriptor)
                {
                    open.Look(message, message.Slice(at, length));
                }

                int bad = Check(message.Slice(at, length), field, open);
                if (bad >= 0)
                {
                    return at + bad;
                }
            }

            at += length;
        }

        return -1;
    }

    /// <summary>Reads one field of a message that has been parsed: its content, if it is delimited.</summary>
    public static ReadOnlySpan<byte> ReadField(ReadOnlySpan<byte> message, scoped ref int at, out int number, out bool isDelimited)
    {
        ulong tag = ReadVarint(message, ref at);
        (number, isDelimited) = ((int)(tag >> 3), (tag & 7) == Delimited);
        if (!isDelimited)
        {
            Skip(message, ref at, (int)(tag & 7));
            return [];
        }

        int length = (int)Math.Min(ReadVarint(message, ref at), (ulong)(message.Length - at));
        at += length;
        return message.Slice(at - length, length);
    }

    private static int Check(ReadOnlySpan<byte> value, FieldDescriptor field, OpenAttributes? open) =>
        field.FieldType == FieldType.Message ? FindBadText(value, field.MessageType, open) : Utf8.IsValid(value) ? -1 : 0;

    // Numbers and bytes hold no text.
    private static Dictionary<int, FieldDescriptor> Deep(MessageDescriptor type) => type.Fields.InFieldNumberOrder()
        .Where(field => field.FieldType is FieldType.Message or FieldType.String)
        .ToDictionary(field => field.FieldNumber);

    private static void Skip(ReadOnlySpan<byte> message, ref int at, int wire)
    {
        switch (wire)
        {
            case Varint:
                _ = ReadVarint(message, ref at);
                break;
            case Fixed64:
                at += sizeof(ulong);
                break;
            case StartGroup or EndGroup:
                break;
            default:
                at += sizeof(uint);
                break;
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; at < message.Length; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return value;
    }
}
