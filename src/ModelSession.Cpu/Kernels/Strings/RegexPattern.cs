using System.Text;
using System.Text.RegularExpressions;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Writes RE2's syntax as .NET's: classes like \d are of ASCII, $ is the end of the text alone, groups are named (?P&lt;name&gt;…).</summary>
internal static class RegexPattern
{
    private const string Digits = "0-9", Words = "0-9A-Za-z_", Spaces = @"\t\n\f\r ";

    public static Regex Compile(byte[] pattern, bool whole)
    {
        string source = Encoding.UTF8.GetString(pattern);
        try
        {
            string translated = Translate(source);
            return new Regex(whole ? $@"\A(?:{translated})\z" : translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Invalid pattern: {source}, error: {e.Message}", innerException: e);
        }
    }

    private static string Translate(string source)
    {
        StringBuilder result = new();
        bool inClass = false;
        for (int i = 0; i < source.Length; i++)
        {
            string rest = source[i..];
            int posix = inClass && rest.StartsWith("[:", StringComparison.Ordinal) ? rest.IndexOf(":]", StringComparison.Ordinal) : -1;
            if (source[i] == '\\' && i + 1 < source.Length)
            {
                result.Append(Escape(source[++i], inClass));
            }
            else if (posix > 0)
            {
                result.Append(Posix(rest[2..posix]));
                i += posix + 1;
            }
            else if (!inClass && rest.StartsWith("(?P<", StringComparison.Ordinal))
            {
                result.Append("(?<");
                i += 3;
            }
            else
            {
                result.Append(!inClass && source[i] == '$' ? @"\z" : inClass && source[i] == '[' ? @"\[" : source[i].ToString());
                // A bracket that stands first in a class is one of its characters.
                bool first = inClass && (source[i - 1] == '[' || (source[i - 1] == '^' && source[i - 2] == '['));
                inClass = inClass ? source[i] != ']' || first : source[i] == '[';
            }
        }

        return result.ToString();
    }

    private static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => Digits,
        ('w', true) => Words,
        ('s', true) => Spaces,
        ('d', false) => $"[{Digits}]",
        ('w', false) => $"[{Words}]",
        ('s', false) => $"[{Spaces}]",
        ('D', false) => $"[^{Digits}]",
        ('W', false) => $"[^{Words}]",
        ('S', false) => $"[^{Spaces}]",
        _ => $@"\{c}",
    };

    private static string Posix(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "blank" => @"\t ",
        "digit" => Digits,
        "lower" => "a-z",
        "punct" => @"!-/:-@\[-`{-~",
        "space" => @"\t\n\v\f\r ",
        "upper" => "A-Z",
        "word" => Words,
        "xdigit" => "0-9A-Fa-f",
        _ => throw new ArgumentException($"[:{name}:] is no class of characters."),
    };
}
