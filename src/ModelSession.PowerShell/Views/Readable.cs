using System.Globalization;

namespace ModelSessions.PowerShell;

/// <summary>Numbers as people read them; the views use it.</summary>
public static partial class Readable
{
    /// <summary><c>812 B</c>, <c>39.1 MB</c>.</summary>
    public static string Size(long bytes)
    {
        (double value, string unit) = bytes switch
        {
            < 1_000 => (bytes, "B"),
            < 1_000_000 => (bytes / 1e3, "kB"),
            < 1_000_000_000 => (bytes / 1e6, "MB"),
            _ => (bytes / 1e9, "GB"),
        };
        return value.ToString(unit == "B" ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
    }

    /// <summary>How long ago: <c>12 s</c>, <c>5 min</c>, <c>3 h</c>, <c>2 d</c>.</summary>
    public static string Age(DateTime time)
    {
        TimeSpan age = DateTime.UtcNow - time.ToUniversalTime();
        return Duration(age < TimeSpan.FromSeconds(1) ? TimeSpan.Zero : age);
    }

    /// <summary>A duration in its largest unit: <c>250 ms</c>, <c>12 s</c>, <c>5 min</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        (double value, string unit) = duration switch
        {
            { TotalSeconds: > 0 and < 1 } => (duration.TotalMilliseconds, "ms"),
            { TotalSeconds: < 60 } => (duration.TotalSeconds, "s"),
            { TotalMinutes: < 60 } => (duration.TotalMinutes, "min"),
            { TotalHours: < 24 } => (duration.TotalHours, "h"),
            _ => (duration.TotalDays, "d"),
        };
        return Math.Floor(value).ToString(CultureInfo.InvariantCulture) + " " + unit;
    }

    /// <summary>The course of a number as a line of blocks, <c>█▅▃▂▁▁</c>: the mean of as many parts as there is room for. What is no number is a gap.</summary>
    public static string Course(IEnumerable<double?> values, int width = 16)
    {
        const string blocks = "▁▂▃▄▅▆▇█";
        double[] known = [.. values.Select(value => value ?? double.NaN)];
        double[] parts = [.. known.Chunk(Math.Max(1, (known.Length + width - 1) / width)).Select(part => part.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())];
        double least = parts.Where(double.IsFinite).DefaultIfEmpty().Min(), most = parts.Where(double.IsFinite).DefaultIfEmpty().Max();
        return string.Concat(parts.Select(part => !double.IsFinite(part) ? ' ' : most > least ? blocks[(int)Math.Round((part - least) / (most - least) * (blocks.Length - 1))] : blocks[0]));
    }

    /// <summary>A name with its beginning and its end; what is between is left out where it would leave no room for the other columns of a
    /// terminal of 80.</summary>
    public static string Name(string name, int most) =>
        name.Length <= most ? name : string.Concat(name.AsSpan(0, most / 2), "…", name.AsSpan(name.Length - (most / 2) + 1));

    /// <summary>A path as it is given at the prompt: from the folder that one is in, where it lies below of it.</summary>
    public static string Folder(string? path, string here) =>
        string.IsNullOrEmpty(path) ? "" : Path.GetRelativePath(here, path) is var near && (near.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(near)) ? path : near == "." ? near : Path.Join(".", near);

    /// <summary>The first of many names, and how many there are: <c>27: a, b, c, …</c>; all, if they are few.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        const int few = 6;
        ArgumentNullException.ThrowIfNull(names);
        return names.Count <= few ? string.Join(", ", names) : $"{names.Count:n0}: {string.Join(", ", names.Take(few))}, …";
    }

    /// <summary><c>9,000</c>; nothing for null.</summary>
    public static string Count(long? count) => count?.ToString("n0", CultureInfo.InvariantCulture) ?? "";

    /// <summary><c>0.9541</c>, <c>431554</c>; nothing for null.</summary>
    public static string Metric(double? value) => value?.ToString(Math.Abs(value.Value) < 1e5 ? "0.0000" : "G6", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The digits that count, <c>0.02031</c>, <c>1.5E-07</c>; nothing for null.</summary>
    public static string Number(double? value, int digits = 4) => value?.ToString($"G{digits}", CultureInfo.InvariantCulture) ?? "";
}
