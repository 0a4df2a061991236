using System.Reflection;

namespace ModelSessions.Tests;

/// <summary>Where the build laid the module out.</summary>
internal static class StagedModule
{
    public static string Folder { get; } = Path.GetFullPath(Metadata("StagedModule"));

    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    public static string Configuration { get; } = Metadata("Configuration");

    private static string Metadata(string key) => typeof(StagedModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
