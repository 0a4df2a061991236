using System.Collections;

namespace ModelSessions.PowerShell;

/// <content>Sessions.</content>
public static partial class Readable
{
    /// <summary>The parameters of a model, <c>Layer1=32, Layer2=64</c>: as many as leave room for other columns.</summary>
    public static string Structure(object? parameters)
    {
        // A wide terminal has room for more; what is no terminal counts as a narrow one.
        int most = Math.Clamp(21 + ((Console.IsOutputRedirected ? 80 : Console.WindowWidth) - 80) / 2, 21, 60);
        // Of a session of another process a table is left.
        string text = parameters is IDictionary table and not ModelParameters ? string.Join(", ", table.Keys.Cast<object>().Order().Select(name => $"{name}={table[name]}")) : $"{parameters}";
        int end = text.Length <= most ? -1 : text.LastIndexOf(", ", most - 1, StringComparison.Ordinal);
        return text.Length <= most ? text : string.Concat(text.AsSpan(0, end < 0 ? most - 1 : end + 2), "…");
    }

    /// <summary>How many variables a session has, and how many numbers these are.</summary>
    public static string Variables(ModelSession? session) => session is null ? "" : $"{session.Variables.Count:n0} of {session.Variables.Sum(variable => Math.Max(0, variable.Shape.ElementCount)):n0} elements";

    /// <summary>A binding, role by role: <c>loss   train/loss:0</c>.</summary>
    public static string Roles(Binding? binding)
    {
        if (binding is not { Names.Count: > 0 })
        {
            return "";
        }

        int width = binding.Names.Keys.Max(role => role.Length);
        return string.Join(Environment.NewLine, binding.Names.Select(pair => $"{pair.Key.PadRight(width)} {pair.Value}"));
    }
}
