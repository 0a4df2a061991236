using System.Text;
using System.Text.RegularExpressions;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Regular expressions of RE2: matched in time linear in the text.</summary>
internal static class RegexKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("RegexFullMatch", context =>
        {
            Regex pattern = RegexPattern.Compile(Text.Scalar(context.Input(1), "Pattern"), whole: true);
            Text.Measure(context, text => pattern.IsMatch(Encoding.UTF8.GetString(text)));
        });
        table.Add("RegexReplace", (node, _) => context => Replace(
            context,
            RegexPattern.Compile(Text.Scalar(context.Input(1), "Pattern"), whole: false),
            Text.Scalar(context.Input(2), "Rewrite"),
            node.Bool("replace_global")));
        table.Add("StaticRegexFullMatch", (node, _) =>
        {
            Regex pattern = RegexPattern.Compile(Attribute(node, "pattern"), whole: true);
            return context => Text.Measure(context, text => pattern.IsMatch(Encoding.UTF8.GetString(text)));
        });
        table.Add("StaticRegexReplace", (node, _) =>
        {
            Regex pattern = RegexPattern.Compile(Attribute(node, "pattern"), whole: false);
            return context => Replace(context, pattern, Attribute(node, "rewrite"), node.Bool("replace_global"));
        });
    }

    private static byte[] Attribute(GraphOperation node, string name) => node.Attributes[name].S.ToByteArray();

    private static void Replace(KernelContext context, Regex pattern, byte[] rewrite, bool all)
    {
        string template = Encoding.UTF8.GetString(rewrite);
        Text.Map(context, text => Encoding.UTF8.GetBytes(pattern.Replace(Encoding.UTF8.GetString(text), match => Expand(template, match), all ? -1 : 1)));
    }

    // \0 to \9 stand for groups, \\ for a backslash.
    private static string Expand(string template, Match match)
    {
        StringBuilder result = new();
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] != '\\')
            {
                result.Append(template[i]);
                continue;
            }

            char next = ++i < template.Length ? template[i] : '\0';
            bool known = next == '\\' || (char.IsAsciiDigit(next) && next - '0' < match.Groups.Count);
            result.Append(!known
                ? throw Failure.Invalid($"Invalid rewrite pattern: {template}")
                : next == '\\' ? "\\" : match.Groups[next - '0'].Value);
        }

        return result.ToString();
    }
}
