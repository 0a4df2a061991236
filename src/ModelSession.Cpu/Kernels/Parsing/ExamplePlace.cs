using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>Which message of a batch is being read, for errors.</summary>
internal readonly record struct ExamplePlace(Value? Names, int Index)
{
    public string Name => $"Name: {(Names is { Count: > 0 } ? Text.Show(Text.At(Names, Index)) : "<unknown>")}, ";

    public string Of(string feature) => $"{Name}Key: {feature}, Index: {Index}.";
}
