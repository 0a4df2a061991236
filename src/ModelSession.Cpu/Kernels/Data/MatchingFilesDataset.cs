using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Io;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The names of files that fit patterns, one pattern after the other.</summary>
internal sealed class MatchingFilesDataset(string[] patterns) : Dataset([DType.String], [Shape.Scalar])
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(patterns);

    private sealed class Iterator(string[] patterns) : DatasetIterator
    {
        private Queue<string>? _found;
        private bool _any;

        protected override Tensor[]? Produce(KernelContext context)
        {
            _found ??= new Queue<string>(patterns.SelectMany(pattern =>
                Find(context.Session.Files, pattern).Order(StringComparer.Ordinal)));
            if (_found.TryDequeue(out string? name))
            {
                _any = true;
                return [Elements.Text(Encoding.UTF8.GetBytes(name))];
            }

            return _any ? null : throw new EngineException(StatusCode.NotFound, "Don't find any matched files");
        }

        // Names of files, not of folders; one without a folder is below the current one.
        private static IEnumerable<string> Find(FileGate files, string pattern) =>
            FilePattern.Find(files, pattern).Select(name => name.Contains('/', StringComparison.Ordinal) ? name : "./" + name).Where(files.IsFile);
    }
}
