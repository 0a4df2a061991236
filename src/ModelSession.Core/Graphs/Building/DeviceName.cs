using System.Globalization;
using System.Numerics;

namespace ModelSessions;

/// <summary>A device name, each part of which may be left open: <c>/job:worker/replica:0/task:1/device:GPU:0</c>.</summary>
internal sealed record DeviceName(string? Job, BigInteger? Replica, BigInteger? Task, string? Type, BigInteger? Index)
{
    /// <summary>Whether TensorFlow's runtime, which is stricter than its Python, takes it.</summary>
    public bool IsRunnable => IsIdentifier(Job) && IsIdentifier(Type) && (Replica ?? 0) >= 0 && (Task ?? 0) >= 0 && (Index ?? 0) >= 0;

    /// <summary>Reads the full form and the short one (<c>/cpu:0</c>), as TensorFlow's Python does: the slashes before and behind may be missing,
    /// the last of several jobs counts, and a part without a name is none.</summary>
    /// <exception cref="GraphException">It is no device name.</exception>
    public static DeviceName Parse(string text)
    {
        DeviceName name = new(null, null, null, null, null);
        foreach (string part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            name = part.Split(':') switch
            {
                ["job", var job] => name with { Job = job },
                ["replica", var replica] => name with { Replica = Number(replica, text) },
                ["task", var task] => name with { Task = Number(task, text) },
                ["device", var type, var index] => name.Of(type is "cpu" or "gpu" ? type.ToUpperInvariant() : type, index, text),
                [var type] when IsType(type) => name.Of(type.ToUpperInvariant(), "*", text),
                [var type, var index] when IsType(type) => name.Of(type.ToUpperInvariant(), index, text),
                ["", ..] => name,
                _ => throw Invalid(text),
            };
        }

        return name;
    }

    /// <summary>What is open here is taken from <paramref name="outer"/>.</summary>
    public DeviceName Over(string outer)
    {
        DeviceName other = Parse(outer);
        return new(Job ?? other.Job, Replica ?? other.Replica, Task ?? other.Task, Type ?? other.Type, Index ?? other.Index);
    }

    /// <summary>The full form of what is given.</summary>
    public override string ToString() => string.Concat(
        Job is null ? "" : $"/job:{Job}",
        Replica is null ? "" : $"/replica:{Replica}",
        Task is null ? "" : $"/task:{Task}",
        Type is null ? "" : $"/device:{Type}:{(Index is { } index ? index.ToString(CultureInfo.InvariantCulture) : "*")}");

    private DeviceName Of(string type, string index, string text) => Type is null
        ? this with { Type = type, Index = index == "*" ? null : Number(index, text) }
        : throw new GraphException(StatusCode.InvalidArgument, $"The device '{text}' has two types of device; give one.");

    private static bool IsIdentifier(string? part) => part is null or "*"
        || (part.Length > 0 && char.IsAsciiLetter(part[0]) && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));

    private static bool IsType(string part) => part.ToUpperInvariant() is "CPU" or "CUSTOM" or "EPU" or "GPU" or "TPU";

    // What Python's int() reads: white space around, a sign, digits of any script, single underscores between them.
    private static BigInteger Number(string part, string text)
    {
        string digits = part.Trim();
        bool isNegative = digits.StartsWith('-');
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        if (digits.Length == 0 || digits[0] == '_' || digits[^1] == '_' || digits.Contains("__", StringComparison.Ordinal))
        {
            throw Invalid(text);
        }

        BigInteger number = 0;
        foreach (char digit in digits.Where(letter => letter != '_'))
        {
            number = char.IsDigit(digit) && number < s_most ? (number * 10) + (int)char.GetNumericValue(digit) : throw Invalid(text);
        }

        return isNegative ? -number : number;
    }

    // No machine has more; Python stops at 4,300 digits.
    private static readonly BigInteger s_most = BigInteger.Pow(10, 4300);

    private static GraphException Invalid(string text) => new(
        StatusCode.InvalidArgument,
        $"'{text}' is no device name. Such as: /cpu:0, /device:GPU:1, /job:worker/task:2.");
}
