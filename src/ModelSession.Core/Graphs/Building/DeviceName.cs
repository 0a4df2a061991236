using System.Globalization;

namespace ModelSessions;

/// <summary>A device name, each part of which may be left open: <c>/job:worker/replica:0/task:1/device:GPU:0</c>.</summary>
internal sealed record DeviceName(string? Job, int? Replica, int? Task, string? Type, int? Index)
{
    /// <summary>Reads the full form and the short one (<c>/cpu:0</c>), as TensorFlow's Python does: the slashes before and behind may be missing.</summary>
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
                ["device", var type, var index] => name with { Type = type.ToUpperInvariant(), Index = Number(index, text) },
                ["device", var type] => name with { Type = type.ToUpperInvariant() },
                [var type] when IsType(type) => name with { Type = type.ToUpperInvariant() },
                [var type, var index] when IsType(type) => name with { Type = type.ToUpperInvariant(), Index = Number(index, text) },
                _ => throw Invalid(text),
            };
        }

        return name;
    }

    /// <summary>What is open here is taken from <paramref name="outer"/>.</summary>
    public DeviceName Over(string outer)
    {
        DeviceName other = Parse(outer);
        return new(Job ?? other.Job, Replica ?? other.Replica, Task ?? other.Task, Type ?? other.Type, Type is null ? Index ?? other.Index : Index);
    }

    /// <summary>The full form of what is given.</summary>
    public override string ToString() => string.Concat(
        Job is null ? "" : $"/job:{Job}",
        Replica is null ? "" : string.Create(CultureInfo.InvariantCulture, $"/replica:{Replica}"),
        Task is null ? "" : string.Create(CultureInfo.InvariantCulture, $"/task:{Task}"),
        Type is null ? "" : string.Create(CultureInfo.InvariantCulture, $"/device:{Type}:{(Index is { } index ? index.ToString(CultureInfo.InvariantCulture) : "*")}"));

    private static bool IsType(string part) => part.ToUpperInvariant() is "CPU" or "GPU" or "TPU";

    private static int? Number(string part, string text) => part == "*"
        ? null
        : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Invalid(text);

    private static GraphException Invalid(string text) => new(
        StatusCode.InvalidArgument,
        $"'{text}' is no device name. Such as: /cpu:0, /device:GPU:1, /job:worker/task:2.");
}
