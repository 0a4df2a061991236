using System.Globalization;
using System.Text;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The text form of a CheckpointState, in which TensorFlow writes the file <c>checkpoint</c>.</summary>
internal static class CheckpointStateText
{
    /// <summary>Writes the text as TensorFlow's Python does: non-ASCII bytes as octal escapes.</summary>
    public static string Write(CheckpointState state)
    {
        StringBuilder text = new();
        AppendText(text, "model_checkpoint_path", state.ModelCheckpointPath);
        foreach (string path in state.AllModelCheckpointPaths)
        {
            AppendText(text, "all_model_checkpoint_paths", path);
        }

        foreach (double time in state.AllModelCheckpointTimestamps)
        {
            AppendNumber(text, "all_model_checkpoint_timestamps", time);
        }

        if (state.LastPreservedTimestamp != 0)
        {
            AppendNumber(text, "last_preserved_timestamp", state.LastPreservedTimestamp);
        }

        return text.ToString();
    }

    /// <summary>Reads the text; false if it is damaged, has unknown fields, or names no checkpoint.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out CheckpointState state)
    {
        state = new CheckpointState();
        try
        {
            Parser parser = new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            return parser.ReadInto(state) && state.ModelCheckpointPath.Length > 0;
        }
        catch (ArgumentException)
        {
            // Bytes that are not UTF-8, in the file or made by escapes.
            return false;
        }
    }

    private static void AppendText(StringBuilder text, string field, string value)
    {
        text.Append(field).Append(": \"");
        foreach (byte letter in Encoding.UTF8.GetBytes(value))
        {
            text.Append(letter switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'"' => "\\\"",
                (byte)'\'' => "\\'",
                (byte)'\\' => "\\\\",
                >= 0x20 and < 0x7F => ((char)letter).ToString(),
                _ => $"\\{Convert.ToString(letter, 8).PadLeft(3, '0')}",
            });
        }

        text.Append("\"\n");
    }

    private static void AppendNumber(StringBuilder text, string field, double value) => text
        .Append(field).Append(": ")
        .Append(value == Math.Floor(value) && Math.Abs(value) < 1e16
            ? value.ToString("F1", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e')).Append('\n');

    /// <summary>A reader of the few forms of protocol buffers' text that this message can have.</summary>
    private sealed class Parser(string text)
    {
        private int _at;

        public bool ReadInto(CheckpointState state)
        {
            for (SkipSpace(); _at < text.Length; SkipSpace())
            {
                string field = Word();
                if (!Take(':'))
                {
                    return false;
                }

                bool read = field switch
                {
                    "model_checkpoint_path" => Text(path => state.ModelCheckpointPath = path),
                    "all_model_checkpoint_paths" => List(() => Text(state.AllModelCheckpointPaths.Add)),
                    "all_model_checkpoint_timestamps" => List(() => Number(state.AllModelCheckpointTimestamps.Add)),
                    "last_preserved_timestamp" => Number(time => state.LastPreservedTimestamp = time),
                    _ => false,
                };
                if (!read)
                {
                    return false;
                }

                _ = Take(';') || Take(',');
            }

            return true;
        }

        private bool List(Func<bool> item)
        {
            if (!Take('['))
            {
                return item();
            }

            if (Take(']'))
            {
                return true;
            }

            while (item())
            {
                if (Take(']'))
                {
                    return true;
                }

                if (!Take(','))
                {
                    return false;
                }
            }

            return false;
        }

        // Adjacent literals are one text.
        private bool Text(Action<string> set)
        {
            List<byte> bytes = [];
            bool any = false;
            for (SkipSpace(); _at < text.Length && text[_at] is '"' or '\''; SkipSpace())
            {
                if (!Literal(bytes))
                {
                    return false;
                }

                any = true;
            }

            if (any)
            {
                set(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]));
            }

            return any;
        }

        private bool Literal(List<byte> bytes)
        {
            char quote = text[_at++];
            while (_at < text.Length && text[_at] != quote)
            {
                if (text[_at] == '\n')
                {
                    return false;
                }

                if (text[_at] == '\\')
                {
                    _at++;
                    if (!Escape(bytes))
                    {
                        return false;
                    }
                }
                else
                {
                    int length = char.IsHighSurrogate(text[_at]) && _at + 1 < text.Length ? 2 : 1;
                    bytes.AddRange(Encoding.UTF8.GetBytes(text, _at, length));
                    _at += length;
                }
            }

            return _at++ < text.Length;
        }

        private bool Escape(List<byte> bytes)
        {
            if (_at >= text.Length)
            {
                return false;
            }

            char kind = text[_at++];
            int plain = "abfnrtv\\'\"?".IndexOf(kind, StringComparison.Ordinal);
            if (plain >= 0)
            {
                bytes.Add((byte)"\a\b\f\n\r\t\v\\'\"?"[plain]);
                return true;
            }

            int numberBase = kind is 'x' or 'X' ? 16 : 8;
            int start = numberBase == 16 ? _at : _at - 1;
            _at = start;
            int most = numberBase == 16 ? 2 : 3;
            while (_at < text.Length && _at - start < most && (numberBase == 16 ? char.IsAsciiHexDigit(text[_at]) : text[_at] is >= '0' and <= '7'))
            {
                _at++;
            }

            int value = _at > start ? Convert.ToInt32(text[start.._at], numberBase) : -1;
            bytes.Add((byte)value);
            return value is >= 0 and <= 255;
        }

        private bool Number(Action<double> set)
        {
            SkipSpace();
            bool negative = Take('-');
            string word = Word();
            bool read = double.TryParse(word.TrimEnd('f', 'F'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            if (word.ToUpperInvariant() is "INF" or "INFINITY" or "INFF")
            {
                (read, value) = (true, double.PositiveInfinity);
            }
            else if (word.Equals("nan", StringComparison.OrdinalIgnoreCase))
            {
                (read, value) = (true, double.NaN);
            }

            set(negative ? -value : value);
            return read;
        }

        private string Word()
        {
            SkipSpace();
            int start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '.'
                || (text[_at] is '+' or '-' && _at > start && text[_at - 1] is 'e' or 'E')))
            {
                _at++;
            }

            return text[start.._at];
        }

        private bool Take(char expected)
        {
            SkipSpace();
            if (_at < text.Length && text[_at] == expected)
            {
                _at++;
                return true;
            }

            return false;
        }

        private void SkipSpace()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\t' or '\n' or '\r' or '\v' or '\f' || text[_at] == '#'))
            {
                if (text[_at] == '#')
                {
                    int end = text.IndexOf('\n', _at);
                    _at = end < 0 ? text.Length : end;
                }
                else
                {
                    _at++;
                }
            }
        }
    }
}
