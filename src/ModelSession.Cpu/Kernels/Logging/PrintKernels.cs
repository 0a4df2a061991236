using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Logging;

/// <summary>Texts written to the console, the log or a file.</summary>
internal static class PrintKernels
{
    private const string FilePrefix = "file://";

    public static void Register(KernelTable table) => table.Add("PrintV2", Print);

    private static Kernel Print(GraphOperation node, CpuSession session)
    {
        string stream = node.String("output_stream"), end = node.String("end");
        return context =>
        {
            if (context.Input(0).Rank != 0)
            {
                throw Failure.Invalid($"Input is expected to be scalar, but got {context.Input(0).Shape}");
            }

            string text = (context.Input(0).Objects[0] is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "") + end;
            switch (stream)
            {
                case "stdout":
                    Console.Out.Write(text);
                    break;
                case "stderr" or "log(info)" or "log(warning)" or "log(error)":
                    Console.Error.Write(text);
                    break;
                case var path when path.StartsWith(FilePrefix, StringComparison.Ordinal):
                    session.Files.Append(path[FilePrefix.Length..], Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    throw Failure.Invalid($"Unknown output stream: {stream}, Valid streams are: stdout stderr log(info) log(warning) log(error) file://PATH");
            }
        };
    }
}
