using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>Names of files with placeholders, as C's <c>fnmatch</c> takes them part by part: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>\*</c>.</summary>
internal static class FilePattern
{
    /// <summary>The files and folders that fit.</summary>
    /// <exception cref="EngineException">They are where the graph may not read (PermissionDenied).</exception>
    public static IEnumerable<string> Find(FileGate files, string pattern)
    {
        int first = pattern.AsSpan().IndexOfAny("*?[\\");
        if (first < 0)
        {
            return pattern.Length > 0 && files.Exists(pattern) ? [pattern] : [];
        }

        int start = pattern.LastIndexOf('/', first) + 1;
        // TensorFlow's names for what is below the current directory.
        List<string> found = [start > 0 ? pattern[..start] : "./"];
        string[] parts = pattern[start..].Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i], end = i < parts.Length - 1 ? "/" : "";
            bool below = i > 0;
            found = [.. found.SelectMany(folder => Names(files, folder, below).Where(name => Fits(part, name)).Select(name => folder + name + end))];
        }

        return found;
    }

    /// <summary>Whether a name fits a pattern.</summary>
    public static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int at = 0, p = 0, star = -1, retry = 0;
        while (at < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, retry) = (++p, at);
            }
            else if (p < pattern.Length && FitsOne(pattern[p..], name[at], out int used))
            {
                p += used;
                at++;
            }
            else if (star >= 0)
            {
                (p, at) = (star, ++retry);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    // Links to where nothing may be read are passed over below the folder that was asked for.
    private static IReadOnlyList<string> Names(FileGate files, string folder, bool below)
    {
        try
        {
            return files.List(folder);
        }
        catch (EngineException e) when (e.Code == StatusCode.PermissionDenied && below)
        {
            return [];
        }
    }

    private static bool FitsOne(ReadOnlySpan<char> pattern, char letter, out int used)
    {
        used = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '\\' when pattern.Length > 1:
                used = 2;
                return pattern[1] == letter;
            case '[' when FindEnd(pattern) is > 0 and int end:
                used = end + 1;
                return IsIn(pattern[1..end], letter);
            default:
                return pattern[0] == letter;
        }
    }

    // A bracket right at the start of the set belongs to it.
    private static int FindEnd(ReadOnlySpan<char> pattern)
    {
        int from = pattern.Length > 1 && pattern[1] is '!' or '^' ? 3 : 2;
        int length = from < pattern.Length ? pattern[from..].IndexOf(']') : -1;
        return length < 0 ? -1 : from + length;
    }

    private static bool IsIn(ReadOnlySpan<char> set, char letter)
    {
        bool other = set[0] is '!' or '^', found = false;
        set = other ? set[1..] : set;
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found |= letter >= set[i] && letter <= set[i + 2];
                i += 2;
            }
            else
            {
                found |= letter == set[i];
            }
        }

        return found != other;
    }
}
