using System.Reflection;

namespace ModelSessions.Tests;

/// <summary>Where the build laid the module out.</summary>
internal static class StagedModule
{
    public static string Folder { get; } = Metadata("StagedModule");

    public static string Repository { get; } = Metadata("Repository");

    private static string Metadata(string key) => Path.GetFullPath(
        typeof(StagedModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!);
}
