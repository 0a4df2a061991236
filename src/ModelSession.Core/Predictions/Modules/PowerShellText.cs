using System.Globalization;
using System.Text;

namespace ModelSessions;

/// <summary>Names from strangers' files as parts of a script: as what they are, never as code.</summary>
internal static class PowerShellText
{
    // What every command has.
    private static readonly HashSet<string> s_common = new(
        [
            "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable", "InformationVariable", "OutVariable", "OutBuffer",
            "PipelineVariable", "WhatIf", "Confirm", "UseTransaction", "Top", "db", "ea", "ev", "infa", "iv", "ov", "ob", "pv", "vb", "wa", "wv", "wi", "cf", "proga",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Besides, what is read-only, or set by PowerShell or by the command itself: a parameter of that name would not work, or mislead.
    private static readonly HashSet<string> s_reserved = new(
        s_common.Concat(
        [
            "_", "args", "ConsoleFileName", "EnabledExperimentalFeatures", "Error", "Event", "EventArgs", "EventSubscriber", "ExecutionContext", "false", "foreach", "HOME", "Host", "input",
            "IsCoreCLR", "IsLinux", "IsMacOS", "IsWindows", "LASTEXITCODE", "Matches", "MyInvocation", "NestedPromptLevel", "null", "PID", "PROFILE", "PSBoundParameters", "PSCmdlet", "PSCommandPath",
            "PSCulture", "PSDebugContext", "PSEdition", "PSHOME", "PSItem", "PSScriptRoot", "PSSenderInfo", "PSStyle", "PSUICulture", "PSVersionTable", "PWD", "Sender", "ShellId", "StackTrace", "switch", "this", "true",
            "caller", "failed", "failure", "item", "options", "property", "row", "steps",
        ]),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A text as a literal in single quotes. The typographic ones end a literal, too, and are doubled like the plain one.</summary>
    public static string Quote(string text) =>
        $"'{string.Concat(text.Select(letter => letter is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? $"{letter}{letter}" : $"{letter}"))}'";

    /// <summary>Texts as literals, one after the other.</summary>
    public static string Quote(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quote));

    /// <summary>A script that completes <c>$word</c> to one of some values, in quotes where it needs them.</summary>
    public static string Completion(IEnumerable<string> values) =>
        $"@({Quote(values)}) -like \"$([WildcardPattern]::Escape($word.Trim([char[]] @([char] 39, [char] 34))))*\" | ForEach-Object {{ $_ -match '^\\w+\\z' ? $_ : \"'$([System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($_))'\" }}";

    /// <summary>A text for a comment: on one line, and without what would end the comment or begin a section of help.</summary>
    public static string Plain(string text)
    {
        StringBuilder plain = new();
        foreach (char letter in text)
        {
            bool isText = !char.IsControl(letter) && char.GetUnicodeCategory(letter) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format or UnicodeCategory.Surrogate);
            plain.Append(isText && letter is not ('#' or '<' or '>') ? letter : ' ');
        }

        return plain.ToString().Trim().TrimStart('.') is { Length: > 0 } some ? some[..Math.Min(some.Length, 200)] : "?";
    }

    /// <summary>Names of parameters for columns: letters and digits of theirs, each one once. Those that are names already stay.</summary>
    public static string[] Parameters(IReadOnlyList<string> columns)
    {
        HashSet<string> taken = new(s_reserved, StringComparer.OrdinalIgnoreCase);
        string[] names = new string[columns.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string wanted = Identifier(columns[i]);
            names[i] = wanted.Equals(columns[i], StringComparison.OrdinalIgnoreCase) && char.IsAsciiLetter(wanted.FirstOrDefault()) && taken.Add(wanted) ? wanted : "";
        }

        for (int i = 0; i < names.Length; i++)
        {
            names[i] = names[i].Length > 0 ? names[i] : Other(columns[i], taken);
        }

        return names;
    }

    /// <summary>The other name that a parameter goes by: that of its column, where it can; null for none.</summary>
    /// <param name="column">The column.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="taken">Names that are parameters or such names already.</param>
    public static string? Alias(string column, string parameter, HashSet<string> taken) =>
        column.Equals(parameter, StringComparison.OrdinalIgnoreCase) || column.Length == 0 || s_common.Contains(column) || !taken.Add(column) ? null : column;

    private static string Other(string column, HashSet<string> taken)
    {
        string wanted = Identifier(column);
        wanted = wanted.Length == 0 || !char.IsAsciiLetter(wanted[0]) || s_reserved.Contains(wanted) ? $"Column{wanted}" : wanted;
        string name = wanted;
        for (int number = 2; !taken.Add(name); number++)
        {
            name = $"{wanted}_{number}";
        }

        return name;
    }

    private static string Identifier(string column)
    {
        StringBuilder name = new();
        bool begins = true;
        foreach (char letter in column.Take(60))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                name.Append(begins ? char.ToUpperInvariant(letter) : letter);
                begins = false;
            }
            else
            {
                begins = true;
            }
        }

        return name.ToString();
    }
}
