namespace ModelSessions.PowerShell;

/// <summary>The engines that sessions choose from, in the order in which they are asked.</summary>
internal static class Engines
{
    public static IReadOnlyList<IEngine> All { get; } = [new CpuEngine()];
}
