using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>A version of TensorFlow as Python's packages number themselves (PEP 440): <c>1.13.0-rc2</c>.</summary>
internal sealed partial class PackageVersion
{
    // Far more than any version has; numbers of many digits take long.
    private const int MostLetters = 1000;

    private readonly BigInteger _epoch;
    private readonly BigInteger[] _release;
    private readonly bool _isBefore;

    private PackageVersion(Match match)
    {
        _epoch = match.Groups["epoch"] is { Success: true } epoch ? Number(epoch.ValueSpan) : 0;
        _release = [.. match.Groups["release"].Value.Split('.').Select(part => Number(part))];
        _isBefore = match.Groups["pre"].Success || (match.Groups["dev"].Success && !match.Groups["post"].Success);
    }

    /// <summary>Whether it is TensorFlow's own name for a build from its sources before 1.0, <c>0.12.head</c>, which Python's rules refuse.</summary>
    public bool IsHead { get; private init; }

    /// <summary>Reads a version; null if the text is none.</summary>
    public static PackageVersion? Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Length > MostLetters || !Ascii.IsValid(trimmed))
        {
            return null;
        }

        Match match = Pattern().Match(trimmed), head = Head().Match(text);
        return match.Success ? new PackageVersion(match)
            : head.Success ? new PackageVersion(head) { IsHead = true }
            : null;
    }

    /// <summary>Whether it is this release, given by its numbers, or one after it; candidates come before.</summary>
    public bool IsAtLeast(params ReadOnlySpan<int> release)
    {
        if (_epoch > 0)
        {
            return true;
        }

        for (int i = 0; i < Math.Max(release.Length, _release.Length); i++)
        {
            int order = (i < _release.Length ? _release[i] : 0).CompareTo(i < release.Length ? release[i] : 0);
            if (order != 0)
            {
                return order > 0;
            }
        }

        return !_isBefore;
    }

    private static BigInteger Number(ReadOnlySpan<char> digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        ^ v? (?: (?<epoch>[0-9]+) ! )?
        (?<release> [0-9]+ (?: \. [0-9]+ )* )
        (?<pre> [._-]? (?: alpha | a | beta | b | preview | pre | c | rc ) [._-]? [0-9]* )?
        (?<post> - [0-9]+ | [._-]? (?: post | rev | r ) [._-]? [0-9]* )?
        (?<dev> [._-]? dev [._-]? [0-9]* )?
        (?: \+ [a-z0-9]+ (?: [._-] [a-z0-9]+ )* )? \z
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^(?<release>0\.[0-9]+)\.head\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Head();
}
