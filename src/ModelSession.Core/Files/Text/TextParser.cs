using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ModelSessions.Files;

/// <summary>One reading of the text form of a message. What it takes and refuses is what Python's text_format takes and refuses.</summary>
internal ref struct TextParser
{
    /// <summary>How deep messages may lie in messages: as deep as protocol buffers' binary form allows.</summary>
    private const int DepthLimit = 100;

    private readonly bool _repeats;
    private TextTokenizer _tokens;
    private int _previous;
    private int _depth;

    /// <summary>Prepares a reading.</summary>
    /// <param name="text">The text, in valid UTF-8.</param>
    /// <param name="repeats">Whether a field that is not repeated may stand twice: the last counts, messages are merged.</param>
    public TextParser(ReadOnlySpan<byte> text, bool repeats)
    {
        _repeats = repeats;
        _tokens = new TextTokenizer(text);
    }

    /// <summary>Reads all of the text into a message.</summary>
    public void ReadInto(IMessage message)
    {
        MessageTarget target = new(message);
        while (!_tokens.AtEnd)
        {
            ReadField(target);
        }
    }

    private void ReadField(TextTarget target)
    {
        if (target is MessageTarget { Message: Any any } && TryTake('['))
        {
            ReadAny(any);
            return;
        }

        int start = _tokens.Position;
        FieldDescriptor field = FieldName(target.Descriptor);
        if (!_repeats && target.SetMember(field) is { } member && member != field)
        {
            throw Fault(start, $"'{field.Name}' and '{member.Name}' cannot both be set in a '{target.Descriptor.FullName}'; remove one of the two");
        }

        bool isMessage = field.FieldType is FieldType.Message or FieldType.Group;
        if (!TryTake(':') && !isMessage)
        {
            throw Unexpected($"':' after '{field.Name}'");
        }

        if (field.IsRepeated && TryTake('['))
        {
            ReadList(target, field, isMessage);
        }
        else
        {
            ReadValue(target, field, isMessage);
        }

        // Fields may be separated; but two separators are one too many.
        _ = TryTake(',') || TryTake(';');
    }

    private FieldDescriptor FieldName(MessageDescriptor type)
    {
        if (TryTake('['))
        {
            throw Fault(_previous, $"a '{type.FullName}' has no extensions");
        }

        if (!_tokens.AtName)
        {
            throw Unexpected($"a field of '{type.FullName}'");
        }

        string name = Encoding.UTF8.GetString(_tokens.Token);
        Next();
        return type.FindFieldByName(name)
            ?? throw Fault(_previous, $"a '{type.FullName}' has no field '{Shorten(name)}'.{NearestNames.Hint(name, type.Fields.InDeclarationOrder().Select(f => f.Name))}");
    }

    private void ReadList(TextTarget target, FieldDescriptor field, bool isMessage)
    {
        if (TryTake(']'))
        {
            return;
        }

        for (ReadValue(target, field, isMessage); !TryTake(']'); ReadValue(target, field, isMessage))
        {
            Take(',');
        }
    }

    private void ReadValue(TextTarget target, FieldDescriptor field, bool isMessage)
    {
        if (isMessage)
        {
            ReadMessage(target, field);
            return;
        }

        int start = _tokens.Position;
        object value;
        if (field.FieldType is FieldType.String or FieldType.Bytes)
        {
            if (TextValues.ReadQuoted(ref _tokens, field, out value) is { } fault)
            {
                throw Fault(_tokens.AtEnd ? start : _tokens.Position, $"{fault}, found {Found()}.");
            }
        }
        else
        {
            if (TextValues.Read(field, _tokens.Token, out value) is { } expected)
            {
                throw Unexpected(expected, field.FieldType == FieldType.Enum ? NearestNames.Hint(Encoding.UTF8.GetString(_tokens.Token), field.EnumType.Values.Select(v => v.Name)) : "");
            }

            Next();
        }

        CheckOnce(target, field, start);
        target.Put(field, value);
    }

    private void ReadMessage(TextTarget target, FieldDescriptor field)
    {
        int start = _tokens.Position;
        char end = Open();
        if (field.IsMap)
        {
            MapEntryTarget entry = new(field.MessageType);
            ReadUntil(end, entry);
            ((MessageTarget)target).Put(field, entry);
            return;
        }

        CheckOnce(target, field, start);
        ReadUntil(end, new MessageTarget(target.Child(field)));
    }

    // [prefix/type.name] { … } instead of the two fields that an Any has.
    private void ReadAny(Any any)
    {
        string prefix = Dotted(least: 3, most: 3);
        Take('/');
        int start = _tokens.Position;
        string name = Dotted(least: 1, most: int.MaxValue);
        Take(']');
        _ = TryTake(':');
        char end = Open();
        MessageDescriptor type = TextTypes.Find(name)
            ?? throw Fault(start, $"the message type '{name}' is not known; use type_url and value instead of the expanded form");
        IMessage packed = type.Parser.ParseFrom(ByteString.Empty);
        ReadUntil(end, new MessageTarget(packed));
        any.TypeUrl = $"{prefix}/{name}";
        any.Value = packed.ToByteString();
    }

    private string Dotted(int least, int most)
    {
        StringBuilder name = new();
        for (int count = 1; ; count++)
        {
            if (!_tokens.AtName || char.IsAsciiDigit((char)_tokens.Token[0]))
            {
                throw Unexpected("a name");
            }

            name.Append(Encoding.UTF8.GetString(_tokens.Token));
            Next();
            if (count >= least && (count == most || _tokens.Token is not [(byte)'.']))
            {
                return name.ToString();
            }

            Take('.');
            name.Append('.');
        }
    }

    private char Open()
    {
        if (TryTake('<'))
        {
            return '>';
        }

        Take('{');
        return '}';
    }

    private void ReadUntil(char end, TextTarget target)
    {
        if (++_depth > DepthLimit)
        {
            throw Fault(_previous, $"messages lie more than {DepthLimit} deep in one another; protocol buffers allow no more");
        }

        while (!TryTake(end))
        {
            if (_tokens.AtEnd)
            {
                throw Unexpected($"'{end}'");
            }

            ReadField(target);
        }

        _depth--;
    }

    private readonly void CheckOnce(TextTarget target, FieldDescriptor field, int start)
    {
        if (!_repeats && !field.IsRepeated && target.Has(field))
        {
            throw Fault(start, $"'{field.Name}' of '{target.Descriptor.FullName}' is given twice");
        }
    }

    private void Take(char letter)
    {
        if (!TryTake(letter))
        {
            throw Unexpected($"'{letter}'");
        }
    }

    private bool TryTake(char letter)
    {
        int position = _tokens.Position;
        bool taken = _tokens.TryTake(letter);
        _previous = taken ? position : _previous;
        return taken;
    }

    private void Next()
    {
        _previous = _tokens.Position;
        _tokens.Next();
    }

    private readonly ModelFileException Unexpected(string expected, string hint = "") =>
        Fault(_tokens.Position, $"expected {expected}, found {Found()}.{hint}");

    private readonly string Found() => _tokens.AtEnd ? "the end of the text"
        : _tokens.Token.SequenceEqual(Encoding.UTF8.Preamble) ? "a byte order mark; save the text as UTF-8 without one"
        : $"'{Shorten(Encoding.UTF8.GetString(_tokens.Token))}'";

    private readonly ModelFileException Fault(int position, string message)
    {
        (int line, int column) = _tokens.Place(position);
        return new ModelFileException(StatusCode.DataLoss, null, $"line {line}, column {column}: {message}{(message[^1] is '.' or '?' ? "" : ".")}", position);
    }

    private static string Shorten(string token)
    {
        const int most = 60;
        return token.Length <= most ? token : token[..most] + "…";
    }
}
