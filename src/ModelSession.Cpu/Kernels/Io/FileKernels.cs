using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>Whole files read, written and found.</summary>
internal static class FileKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("MatchingFiles", Match);
        table.Add("ReadFile", context => context.Allocate(0, []).Objects[0] = context.Session.Files.Read(Text(context, 0, "Input filename")));
        table.Add("WriteFile", Write);
    }

    /// <summary>An input that is one text.</summary>
    /// <exception cref="EngineException">It is several.</exception>
    public static string Text(KernelContext context, int input, string what) => Encoding.UTF8.GetString(Bytes(context, input, what));

    private static byte[] Bytes(KernelContext context, int input, string what) => context.Input(input) is { Rank: 0 } scalar
        ? (byte[]?)scalar.Objects[0] ?? []
        : throw Failure.Invalid($"{what} tensor must be scalar, but had shape: {context.Input(input).Shape}");

    private static void Write(KernelContext context)
    {
        string path = Text(context, 0, "Input filename");
        context.Session.Files.Write(path, Bytes(context, 1, "Contents"));
    }

    private static void Match(KernelContext context)
    {
        Value patterns = context.Input(0);
        if (patterns.Rank > 1)
        {
            throw Failure.Invalid($"Input patterns tensor must be scalar or vector, but had shape: {patterns.Shape}");
        }

        List<string> found = [];
        foreach (object? pattern in patterns.Objects)
        {
            found.AddRange(FilePattern.Find(context.Session.Files, pattern is byte[] bytes ? Encoding.UTF8.GetString(bytes) : ""));
        }

        found.Sort(string.CompareOrdinal);
        Span<object?> names = context.Allocate(0, [found.Count]).Objects;
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetBytes(found[i]);
        }
    }
}
