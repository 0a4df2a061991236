using ModelSessions.Conformance;
using ModelSessions.Conformance.Files;

namespace ModelSessions.Tests;

/// <summary>Files of TensorFlow's, sound and damaged, are read as TensorFlow reads them, or refused.</summary>
public sealed class FileTests
{
    [Fact]
    public void Committed_file_cases_are_read_as_tensorflow_reads_them() =>
        ConformanceAssert.AllButGapsPassed(new FileSuite(GoldenData.Committed("files"), new CpuEngine()).Run(_ => true), KnownGaps.Embedded);

    [Fact]
    public void All_file_cases_are_read_as_tensorflow_reads_them() =>
        ConformanceAssert.AllButGapsPassed(new FileSuite(SharedData.Require("golden/files"), new CpuEngine()).Run(_ => true), KnownGaps.Embedded);
}
